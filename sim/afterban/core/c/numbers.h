/* Made by engines/compiled/build.py from the Python modules; do not edit. */

#ifndef AFTERBAN_NUMBERS_H
#define AFTERBAN_NUMBERS_H

#define LAYOUT INT64_C(7222922807149548019)
#define EV_CENSUS (1)
#define EV_SHIFT (2)
#define EV_PULSE (3)
#define EV_SUSPEND (4)
#define EV_DECIDE (5)
#define EV_CREATE (6)
#define EV_PUBLISH (7)
#define EV_SCAN (8)
#define EV_CLASSIFY (9)
#define EV_THREATEN (10)
#define EV_WATCH (11)
#define EV_REPORT (12)
#define EV_LINK (13)
#define EV_RECRUIT (14)
#define EV_PROMOTE (15)
#define EV_BENIGN (16)
#define EV_WRONG_FLAG (17)
#define EV_APPEAL (18)
#define EV_OWN_APPEAL (19)
#define EV_SPEECH (20)
#define EV_BURST (21)
#define EV_RETALIATE (22)
#define EV_LOOK_ALIKE (23)
#define DRAW_WORLD_AUDIENCE (1)
#define DRAW_WORLD_POSTS (2)
#define DRAW_WORLD_DEGREE (3)
#define DRAW_WORLD_PROMINENCE (4)
#define DRAW_WORLD_NEIGHBOUR (5)
#define DRAW_HANDLE_BASE (6)
#define DRAW_HANDLE_CHOICE (7)
#define DRAW_HANDLE_EDIT (8)
#define DRAW_HANDLE_ORDINARY (9)
#define DRAW_SIGNUP (10)
#define DRAW_HANDLE_MATCH (11)
#define DRAW_REPORT (12)
#define DRAW_CLASSIFIER (13)
#define DRAW_THREAT (14)
#define DRAW_PULSE (15)
#define DRAW_WATCH (16)
#define DRAW_LINK_PROMOTED (17)
#define DRAW_LINK_PROMOTER (18)
#define DRAW_TIME_TO_ACTION (20)
#define DRAW_SERVICE (21)
#define DRAW_DECISION (22)
#define DRAW_ACTION_DELAY (23)
#define DRAW_BENIGN_ARRIVAL (24)
#define DRAW_BENIGN_SERVICE (25)
#define DRAW_BENIGN_DECISION (26)
#define DRAW_APPEAL (27)
#define DRAW_RETURN (30)
#define DRAW_MOVE (31)
#define DRAW_PROMOTE (40)
#define DRAW_RECRUIT (41)
#define DRAW_RECRUIT_DELAY (42)
#define DRAW_WORLD_RETURNS (80)
#define DRAW_WORLD_REFOLLOW (81)
#define DRAW_WORLD_LOST (82)
#define DRAW_RETALIATION (90)
#define DRAW_WRONG_FLAG (51)
#define DRAW_WRONG_AT_SIGNUP (52)
#define DRAW_WRONG_AT_MATCH (53)
#define DRAW_WRONG_AT_LINK (54)
#define DRAW_WRONG_AT_PULSE (55)
#define DRAW_WRONG_SERVICE (56)
#define DRAW_WRONG_DECISION (57)
#define DRAW_WRONG_APPEAL (58)
#define DRAW_APPEAL_REVIEW (59)
#define DRAW_LOOK_ALIKE (92)
#define DRAW_OBSERVED (93)
#define DRAW_SWEEP_ORDER (60)
#define DRAW_SWEEP_PLACE (61)
#define DRAW_SWEEP_SHIFT (62)
#define DRAW_EXPLORE_ORDER (64)
#define DRAW_ARRIVAL (70)
#define DRAW_ARRIVAL_NEIGHBOUR (71)
#define CHANNEL_NONE (0)
#define CHANNEL_CAUGHT_AT_SIGNUP (1)
#define CHANNEL_HANDLE_MATCHED (2)
#define CHANNEL_LINK_MATCHED (3)
#define CHANNEL_REPORTED (4)
#define CHANNEL_CLASSIFIED (5)
#define CHANNEL_THREATENED (6)
#define CHANNEL_STRUCK (7)
#define CHANNEL_WATCHED (8)
#define S_CLOCK (0)
#define S_ATTACHED_IN (1)
#define S_DETACHED_IN (2)
#define S_UNTOUCHED_IN (3)
#define S_GONE_IN (4)
#define S_ATTACHED_OUT (5)
#define S_DETACHED_OUT (6)
#define S_UNTOUCHED_OUT (7)
#define S_GONE_OUT (8)
#define S_REFOLLOW_IN (9)
#define S_REFOLLOW_OUT (10)
#define S_PUBLIC (11)
#define S_BUSY_UNTIL (12)
#define S_REBUILD_UNTIL (13)
#define S_SEEN_IN (14)
#define S_SEEN_OUT (15)
#define S_REBUILD_DAYS (16)
#define S_PUBLIC_DAYS (17)
#define S_AWAY_IN (18)
#define S_AWAY_OUT (19)
#define S_FORGET_IN (20)
#define S_FORGET_OUT (21)
#define S_POSTS_CHANGE (22)
#define S_SHOWN_OUT (23)
#define S_COLUMNS (24)
#define CENSUS_LIVE (0)
#define CENSUS_ATTACHED_INSIDERS (1)
#define CENSUS_ATTACHED_OUTSIDERS (2)
#define CENSUS_INSIDER_IMPRESSIONS (3)
#define CENSUS_OUTSIDER_IMPRESSIONS (4)
#define CENSUS_POSTS (5)
#define CENSUS_REBUILD_POSTS (6)
#define CENSUS_CREATED (7)
#define CENSUS_SUSPENDED (8)
#define CENSUS_UNDER_REVIEW (9)
#define CENSUS_ALL_OUTSIDER_IMPRESSIONS (10)
#define CENSUS_COLUMNS (11)
#define ROW_ROW (22)
#define ROW_START (0)
#define ROW_BURST (10)
#define ROW_ROWS (11)
#define ROW_SIGNUP (1)
#define ROW_REPORTS (2)
#define ROW_HANDLE_RECALL (6)
#define ROW_LINK_PROMOTED (7)
#define ROW_LINK_PROMOTER (8)
#define ROW_RETALIATION (9)
#define ROW_REPORT_HAZARD (0)
#define LAW_CONSTANT (0)
#define LAW_EXPONENTIAL (1)
#define LAW_LOGNORMAL (2)
#define LAW_UNIFORM (3)
#define LAW_WEIBULL (4)
#define LAW_PARETO (5)
#define LAW_QUANTILES (6)
#define LAW_LONG (7)
#define LAW_MIXTURE (8)
#define LAW_OBSERVED (9)
#define LAW_MOST_POINTS (8)
#define LAW_ROW (22)
#define HANDLE_HANDLE_BASE (6)
#define HANDLE_HANDLE_CHOICE (7)
#define HANDLE_HANDLE_EDIT (8)
#define HANDLE_HANDLE_ORDINARY (9)
#define HANDLE_LONGEST (15)
#define HANDLE_ROW (16)
#define HANDLE_ONE_EDIT (0)
#define HANDLE_DIGIT (1)
#define HANDLE_DOUBLED (2)
#define HANDLE_SEPARATOR (3)
#define HANDLE_LINKS (4)
#define HANDLE_SWAP (4)
#define HANDLE_UNMEASURED (-2)
#define HANDLE_SHORTEST_ORDINARY (3)
#define HANDLE_LONGEST_ORDINARY (6)
#define HANDLE_TOPIC_SYLLABLES (3)
#define REVIEW_ARRIVAL (0)
#define REVIEW_FOLLOWERS (1)
#define REVIEW_ACTIVITY (2)
#define REVIEW_LINKS (3)
#define REVIEW_URGENT (0)
#define REVIEW_ROUTINE (1)
#define PULSE_PULSE (15)
#define PULSE_RANDOM (0)
#define PULSE_FOLLOWERS (1)
#define PULSE_ACTIVITY (2)
#define PULSE_LINKS (3)
#define RETURNING_LONG (7)
#define RETURNING_MIXTURE (8)
#define RETURNING_OBSERVED (9)
#define RETURNING_ROW (22)
#define RETURNING_MIXED (2)
#define RETURNING_LAST (2)
#define RETURNING_BEYOND (3)
#define RETURNING_STEPS (4)
#define ADAPTATION_CAUGHT_AT_SIGNUP (1)
#define ADAPTATION_CLASSIFIED (5)
#define ADAPTATION_HANDLE_MATCHED (2)
#define ADAPTATION_LINK_MATCHED (3)
#define ADAPTATION_NONE (0)
#define ADAPTATION_REPORTED (4)
#define ADAPTATION_STRUCK (7)
#define ADAPTATION_SIMILARITY (0)
#define ADAPTATION_POSTING (1)
#define ADAPTATION_PROMOTING (2)
#define ADAPTATION_WAITING (3)
#define ADAPTATION_HABITS (4)
#define RANKING_OBSERVED (93)
#define RANKING_IMPRESSIONS (0)
#define RANKING_FOLLOWERS (1)
#define RANKING_LINKS (2)
#define RANKING_GIVEN (3)
#define LIVESHARE_ROOM (4096)
#define WRONG_FLAGS_WRONG_FLAG (51)
#define WRONG_FLAGS_BITS (29)
#define WRONG_FLAGS_PLACE (24)
#define RETURNING_MOST_POSTING 100.0
#define ADAPTATION_MOST 100.0
#define ARRIVALS_MANY 8.0
#define WORLD_MOST_PROMINENT 1000.0
#define LIVESHARE_STEP 0x1.0000000000000p-10
#define LIVESHARE_FASTEST 8.0
#define LIVESHARE_FADE 4.0
#define HANDLE_NO_DIGITS 0.5
#define HANDLE_ONE_DIGIT 0.6
#define HANDLE_TWO_DIGITS 0.85
#define HANDLE_ORDINARY_SEPARATORS 0.1
#define ORDINARY_NAMES 1000000000000.0
#define LAW_AUDIENCE (0)
#define LAW_POSTS (1)
#define LAW_DEGREE (2)
#define LAW_RETURN_DELAY (3)
#define FACTOR_RETURNS (0)
#define FACTOR_REFOLLOW (1)
#define FACTOR_LOST (2)
#define ROW_COUNT (11)
#define CHANNELS (9)
#define RATE_COUNT (9)
#define RATE_HANDLE_RECALL (5)
#define HAZARD_COUNT (4)
#define GIVEN_COUNT (52)
#define TOLD_COUNT (12)
#define SIZE_OPERATORS (0)
#define SIZE_TIERS (1)
#define SIZE_PLATFORMS (2)
#define SIZE_REGIMES (3)
#define SIZE_DAYS (4)
#define SIZE_WINDOWS (5)
#define SIZE_THERE (6)
#define SIZE_COUNT (7)

#define ARITHMETIC_LOG_2 0x1.62e42fefa3800p-1
#define ARITHMETIC_LOG_2_REST 0x1.ef35793c76730p-45
#define ARITHMETIC_STEP 0x1.62e42fef80000p-8
#define ARITHMETIC_STEP_REST 0x1.1cf79abc9e3b4p-43
#define ARITHMETIC_STEPS 0x1.71547652b82fep+7

static const double ARITHMETIC_ROOTS[128][2] = {
    {0x1.0000000000000p+0, 0x0.0p+0},
    {0x1.0163da9fb3335p+0, 0x1.b3b4f1a88bf6dp-54},
    {0x1.02c9a3e778061p+0, -0x1.160139cd8dc5dp-56},
    {0x1.04315e86e7f85p+0, -0x1.05e7a108766d1p-54},
    {0x1.059b0d3158574p+0, 0x1.cd2523567f613p-55},
    {0x1.0706b29ddf6dep+0, -0x1.bce8023f98efap-55},
    {0x1.0874518759bc8p+0, 0x1.0f74e61e6c861p-57},
    {0x1.09e3ecac6f383p+0, 0x1.0a3e45b33d398p-54},
    {0x1.0b5586cf9890fp+0, 0x1.79aa65d837b6cp-54},
    {0x1.0cc922b7247f7p+0, 0x1.eb51a92fdeffbp-55},
    {0x1.0e3ec32d3d1a2p+0, 0x1.ebe3d702f9cd1p-60},
    {0x1.0fb66affed31bp+0, -0x1.a033489906e0bp-57},
    {0x1.11301d0125b51p+0, -0x1.556522a2fbd0ep-54},
    {0x1.12abdc06c31ccp+0, -0x1.080ef8c4eea55p-58},
    {0x1.1429aaea92de0p+0, -0x1.1c923b9d5f416p-54},
    {0x1.15a98c8a58e51p+0, 0x1.0d3e3e95c55afp-55},
    {0x1.172b83c7d517bp+0, -0x1.01b15eaa59348p-55},
    {0x1.18af9388c8deap+0, -0x1.f1ff055de323dp-55},
    {0x1.1a35beb6fcb75p+0, 0x1.b898c3f1353bfp-55},
    {0x1.1bbe084045cd4p+0, -0x1.6d99c7611eb27p-54},
    {0x1.1d4873168b9aap+0, 0x1.aecf73e3a2f5fp-54},
    {0x1.1ed5022fcd91dp+0, -0x1.fe782cb86389ep-55},
    {0x1.2063b88628cd6p+0, 0x1.a6f4144a6c38cp-55},
    {0x1.21f49917ddc96p+0, 0x1.07a05b0e4047dp-55},
    {0x1.2387a6e756238p+0, 0x1.68efde3a8a893p-54},
    {0x1.251ce4fb2a63fp+0, 0x1.75e18f274487dp-55},
    {0x1.26b4565e27cddp+0, 0x1.0472b981fe7f2p-55},
    {0x1.284dfe1f56381p+0, -0x1.6b87b3f71085ep-54},
    {0x1.29e9df51fdee1p+0, 0x1.2f7e16d09ab31p-55},
    {0x1.2b87fd0dad990p+0, -0x1.d219b1a6fbffbp-60},
    {0x1.2d285a6e4030bp+0, 0x1.b3782720c0ab3p-55},
    {0x1.2ecafa93e2f56p+0, 0x1.e149289cecb8fp-57},
    {0x1.306fe0a31b715p+0, 0x1.34d754db0abb6p-55},
    {0x1.32170fc4cd831p+0, 0x1.64201e2ac744cp-55},
    {0x1.33c08b26416ffp+0, 0x1.fdd395dd3f84ap-55},
    {0x1.356c55f929ff1p+0, -0x1.6a3803b8e5b04p-55},
    {0x1.371a7373aa9cbp+0, -0x1.24aedcc4b5069p-54},
    {0x1.38cae6d05d866p+0, -0x1.907f81b512d8fp-54},
    {0x1.3a7db34e59ff7p+0, -0x1.1d1e83e9436d2p-56},
    {0x1.3c32dc313a8e5p+0, -0x1.91919b3ce1b15p-54},
    {0x1.3dea64c123422p+0, 0x1.59f48a72a4c6cp-55},
    {0x1.3fa4504ac801cp+0, -0x1.312607a28698ap-54},
    {0x1.4160a21f72e2ap+0, -0x1.8a78f4817895bp-58},
    {0x1.431f5d950a897p+0, -0x1.c2c9b67499a1bp-56},
    {0x1.44e086061892dp+0, 0x1.363ed60c2ac11p-59},
    {0x1.46a41ed1d0057p+0, 0x1.666093b0664efp-54},
    {0x1.486a2b5c13cd0p+0, 0x1.ecce1daa10379p-57},
    {0x1.4a32af0d7d3dep+0, 0x1.3ff8e3f0f1230p-54},
    {0x1.4bfdad5362a27p+0, 0x1.690cebb7aafb0p-56},
    {0x1.4dcb299fddd0dp+0, 0x1.31dbdeb54e077p-54},
    {0x1.4f9b2769d2ca7p+0, -0x1.f94340071a38fp-55},
    {0x1.516daa2cf6642p+0, -0x1.7deccdc93a34ap-55},
    {0x1.5342b569d4f82p+0, -0x1.8dec6bd0f3860p-56},
    {0x1.551a4ca5d920fp+0, -0x1.61246ec7b5cf6p-55},
    {0x1.56f4736b527dap+0, 0x1.3350518fdd78dp-54},
    {0x1.58d12d497c7fdp+0, 0x1.b98b72f8a9b05p-56},
    {0x1.5ab07dd485429p+0, 0x1.063e1e21c5409p-54},
    {0x1.5c9268a5946b7p+0, 0x1.4c7855019c6eap-60},
    {0x1.5e76f15ad2148p+0, 0x1.432e62b64c035p-54},
    {0x1.605e1b976dc09p+0, -0x1.ce44a6199769fp-55},
    {0x1.6247eb03a5585p+0, -0x1.c33c53bef4da8p-55},
    {0x1.6434634ccc320p+0, -0x1.45378892be9aep-55},
    {0x1.6623882552225p+0, -0x1.3cedd78565858p-54},
    {0x1.68155d44ca973p+0, 0x1.710aa807e1964p-58},
    {0x1.6a09e667f3bcdp+0, -0x1.3b3efbf5e2229p-54},
    {0x1.6c012750bdabfp+0, -0x1.a12ad8734b982p-57},
    {0x1.6dfb23c651a2fp+0, -0x1.367efb86da9eep-57},
    {0x1.6ff7df9519484p+0, -0x1.0dc3d54e08851p-55},
    {0x1.71f75e8ec5f74p+0, -0x1.81f647e5a3ecfp-56},
    {0x1.73f9a48a58174p+0, -0x1.6ee4ac08b7db0p-55},
    {0x1.75feb564267c9p+0, -0x1.619321e55e68ap-55},
    {0x1.780694fde5d3fp+0, 0x1.09ccb5e09d4d2p-54},
    {0x1.7a11473eb0187p+0, -0x1.b32dcb94da51dp-56},
    {0x1.7c1ed0130c132p+0, 0x1.4ecfd5467c06bp-54},
    {0x1.7e2f336cf4e62p+0, 0x1.5ebe1abd66c55p-57},
    {0x1.80427543e1a12p+0, -0x1.8a1c52fb3cf42p-55},
    {0x1.82589994cce13p+0, -0x1.369b6f13b3734p-54},
    {0x1.8471a4623c7adp+0, -0x1.05e843a19ff1ep-55},
    {0x1.868d99b4492edp+0, -0x1.4d450d872576ep-54},
    {0x1.88ac7d98a6699p+0, 0x1.0ad675b0e8a00p-54},
    {0x1.8ace5422aa0dbp+0, 0x1.db72fc1f0eab4p-55},
    {0x1.8cf3216b5448cp+0, -0x1.5b6609cc5e7ffp-57},
    {0x1.8f1ae99157736p+0, 0x1.bf68359f35f44p-56},
    {0x1.9145b0b91ffc6p+0, -0x1.3091fa71e3d83p-54},
    {0x1.93737b0cdc5e5p+0, -0x1.da9b88b6c1e29p-58},
    {0x1.95a44cbc8520fp+0, -0x1.c23f97c90b959p-57},
    {0x1.97d829fde4e50p+0, -0x1.2434322f4f9aap-54},
    {0x1.9a0f170ca07bap+0, -0x1.5ca6cd7668e4bp-55},
    {0x1.9c49182a3f090p+0, 0x1.1affc2b91ce27p-56},
    {0x1.9e86319e32323p+0, 0x1.dd235e10a73bbp-57},
    {0x1.a0c667b5de565p+0, -0x1.7c50422622263p-55},
    {0x1.a309bec4a2d33p+0, 0x1.b1c86e3e231d5p-55},
    {0x1.a5503b23e255dp+0, -0x1.1bbd1d3bcbb15p-54},
    {0x1.a799e1330b358p+0, 0x1.0cc319cee31d2p-54},
    {0x1.a9e6b5579fdbfp+0, 0x1.469846e735ab3p-55},
    {0x1.ac36bbfd3f37ap+0, -0x1.2dfcd978e9db4p-55},
    {0x1.ae89f995ad3adp+0, 0x1.c1a7792cb3386p-55},
    {0x1.b0e07298db666p+0, -0x1.07b8f4ad1d9fap-54},
    {0x1.b33a2b84f15fbp+0, -0x1.5c3d956dcaebap-58},
    {0x1.b59728de5593ap+0, -0x1.0a40e3da6f640p-54},
    {0x1.b7f76f2fb5e47p+0, -0x1.8d6f438ad9334p-57},
    {0x1.ba5b030a1064ap+0, -0x1.1eee26b588a36p-54},
    {0x1.bcc1e904bc1d2p+0, 0x1.4ffd70a5fddcdp-56},
    {0x1.bf2c25bd71e09p+0, -0x1.1bdfbfa9298adp-54},
    {0x1.c199bdd85529cp+0, 0x1.36eae30af0cb3p-56},
    {0x1.c40ab5fffd07ap+0, 0x1.ee3325c9ffd93p-55},
    {0x1.c67f12e57d14bp+0, 0x1.4e08fd10959acp-55},
    {0x1.c8f6d9406e7b5p+0, 0x1.3cdaf384e1a67p-57},
    {0x1.cb720dcef9069p+0, 0x1.76b2c6c921968p-57},
    {0x1.cdf0b555dc3fap+0, -0x1.08a1883ccb5d2p-55},
    {0x1.d072d4a07897cp+0, -0x1.fad5d3ffffa6fp-55},
    {0x1.d2f87080d89f2p+0, -0x1.00dae3875a949p-54},
    {0x1.d5818dcfba487p+0, 0x1.4a385a63d07a7p-56},
    {0x1.d80e316c98398p+0, -0x1.2919e2040220fp-55},
    {0x1.da9e603db3285p+0, 0x1.e5a50d5c192acp-55},
    {0x1.dd321f301b460p+0, 0x1.43a59ac016b4bp-55},
    {0x1.dfc97337b9b5fp+0, -0x1.2d52107b43e1fp-55},
    {0x1.e264614f5a129p+0, -0x1.92ab93b470dc9p-55},
    {0x1.e502ee78b3ff6p+0, 0x1.4b604603a88d3p-56},
    {0x1.e7a51fbc74c83p+0, 0x1.3c5ec519d7271p-55},
    {0x1.ea4afa2a490dap+0, -0x1.ff7128fd391f1p-55},
    {0x1.ecf482d8e67f1p+0, -0x1.dae98e223747dp-55},
    {0x1.efa1bee615a27p+0, 0x1.ec3bc41aa2008p-55},
    {0x1.f252b376bba97p+0, 0x1.42b94c3a9eb32p-55},
    {0x1.f50765b6e4540p+0, 0x1.a64a931d185edp-55},
    {0x1.f7bfdad9cbe14p+0, -0x1.e37bae43be3edp-55},
    {0x1.fa7c1819e90d8p+0, 0x1.7893b4d91cd9cp-56},
    {0x1.fd3c22b8f71f1p+0, 0x1.305c14160cc89p-58},
};

static const double ARITHMETIC_LOGARITHMS[129][3] = {
    {0x1.0000000000000p+1, -0x1.62e42fefa3800p-1, -0x1.ef35793c76730p-45},
    {0x1.fc00000000000p+0, -0x1.5ee02a9241000p-1, -0x1.9d5c358257f49p-43},
    {0x1.f800000000000p+0, -0x1.5ad404c359800p-1, -0x1.cb3eca6aa97c1p-43},
    {0x1.f400000000000p+0, -0x1.56bf9d5b3f000p-1, -0x1.cca08e310b9b2p-44},
    {0x1.f000000000000p+0, -0x1.52a2d265bc000p-1, -0x1.6abb9df22bc57p-43},
    {0x1.ed00000000000p+0, -0x1.4f87a3f502000p-1, -0x1.ba2173574e431p-43},
    {0x1.e900000000000p+0, -0x1.4b5bd6956e000p-1, -0x1.39c6f0bf2822bp-44},
    {0x1.e500000000000p+0, -0x1.472743f33a800p-1, -0x1.5698d6cf012a3p-44},
    {0x1.e200000000000p+0, -0x1.43f9fe2f9c800p-1, -0x1.99de9c9ee6d84p-43},
    {0x1.de00000000000p+0, -0x1.3fb5b84d16800p-1, -0x1.d096d3a754173p-43},
    {0x1.db00000000000p+0, -0x1.3c7c7fff73000p-1, -0x1.02e417f248fdap-44},
    {0x1.d700000000000p+0, -0x1.38280fe587800p-1, -0x1.7ebfa90b27564p-45},
    {0x1.d400000000000p+0, -0x1.34e289d9ce000p-1, -0x1.d316eb92d885dp-45},
    {0x1.d100000000000p+0, -0x1.3197a0fa7f800p-1, -0x1.9a8758d23ee5cp-43},
    {0x1.ce00000000000p+0, -0x1.2e47436e40000p-1, -0x1.34202a10c3491p-44},
    {0x1.ca00000000000p+0, -0x1.29d37fec2b000p-1, -0x1.1590b9ad974bap-46},
    {0x1.c700000000000p+0, -0x1.2676201343000p-1, -0x1.bf9a55aa1f8e6p-46},
    {0x1.c400000000000p+0, -0x1.23130d7beb800p-1, -0x1.d0a0b78da1c8bp-43},
    {0x1.c100000000000p+0, -0x1.1faa34b870800p-1, -0x1.4c0c0bdc7bd0dp-45},
    {0x1.be00000000000p+0, -0x1.1c3b81f713800p-1, -0x1.092f253e3b37fp-43},
    {0x1.bb00000000000p+0, -0x1.18c6e0ff5c800p-1, -0x1.c182eca285859p-43},
    {0x1.b800000000000p+0, -0x1.154c3d2f4d000p-1, -0x1.7a6a63cce8e59p-43},
    {0x1.b500000000000p+0, -0x1.11cb81787c800p-1, -0x1.3e102387ab1fdp-43},
    {0x1.b200000000000p+0, -0x1.0e44985d1c800p-1, -0x1.22fdbab977a5ap-43},
    {0x1.af00000000000p+0, -0x1.0ab76bece1000p-1, -0x1.3470149b655d6p-43},
    {0x1.ac00000000000p+0, -0x1.0723e5c1cd800p-1, -0x1.d01395e58e244p-43},
    {0x1.aa00000000000p+0, -0x1.04bdf9da92000p-1, -0x1.b4997f304022dp-43},
    {0x1.a700000000000p+0, -0x1.011fab125f800p-1, -0x1.e286043750211p-43},
    {0x1.a400000000000p+0, -0x1.faf588f78f000p-2, -0x1.8f6cd7d9f2754p-45},
    {0x1.a100000000000p+0, -0x1.f39e5bc811000p-2, -0x1.cb79a00e22114p-43},
    {0x1.9f00000000000p+0, -0x1.eeb20c640d000p-2, -0x1.be86b0dc75f24p-43},
    {0x1.9c00000000000p+0, -0x1.e744261d68000p-2, -0x1.e1f8df68dbcf3p-44},
    {0x1.9a00000000000p+0, -0x1.e24881a7c6000p-2, -0x1.84c397b1e8b2bp-43},
    {0x1.9700000000000p+0, -0x1.dac353e2c5000p-2, -0x1.2a8461cd2e068p-43},
    {0x1.9500000000000p+0, -0x1.d5b7f9ae2c000p-2, -0x1.a0f2c20c03daap-44},
    {0x1.9200000000000p+0, -0x1.ce1af0b85f000p-2, -0x1.f5bdbe95e5568p-45},
    {0x1.9000000000000p+0, -0x1.c8ff7c79a9000p-2, -0x1.443584bb03de6p-43},
    {0x1.8d00000000000p+0, -0x1.c149ff115f000p-2, -0x1.3566868de7f3ap-49},
    {0x1.8b00000000000p+0, -0x1.bc1e08b0da000p-2, -0x1.a1484f438382bp-43},
    {0x1.8800000000000p+0, -0x1.b44f77bcc8000p-2, -0x1.ec5197ddb55d3p-43},
    {0x1.8600000000000p+0, -0x1.af12932477000p-2, -0x1.0d6226708942cp-43},
    {0x1.8400000000000p+0, -0x1.a9cec9a9a0000p-2, -0x1.0931a909fea5ep-43},
    {0x1.8200000000000p+0, -0x1.a484090e5b000p-2, -0x1.61457f94d6e1dp-43},
    {0x1.7f00000000000p+0, -0x1.9c86b02dc0000p-2, -0x1.0c537408a4b11p-43},
    {0x1.7d00000000000p+0, -0x1.972a341135000p-2, -0x1.58697027492dcp-46},
    {0x1.7b00000000000p+0, -0x1.91c67eb45a000p-2, -0x1.07b0f8fa8ee5bp-43},
    {0x1.7900000000000p+0, -0x1.8c5b7c858b000p-2, -0x1.22a1f54b02060p-44},
    {0x1.7600000000000p+0, -0x1.842d1da1e8000p-2, -0x1.62e927628cbc2p-43},
    {0x1.7400000000000p+0, -0x1.7eaf83b82a000p-2, -0x1.f86c9674bcf69p-43},
    {0x1.7200000000000p+0, -0x1.792a55fdd4000p-2, -0x1.e89f057691feap-44},
    {0x1.7000000000000p+0, -0x1.739d7f6bbd000p-2, -0x1.a7389314feb50p-52},
    {0x1.6e00000000000p+0, -0x1.6e08eaa2ba000p-2, -0x1.e38c139318d71p-46},
    {0x1.6c00000000000p+0, -0x1.686c81e9b1000p-2, -0x1.2bb110af84054p-44},
    {0x1.6a00000000000p+0, -0x1.62c82f2b9c000p-2, -0x1.e54bdbd7c8a98p-44},
    {0x1.6800000000000p+0, -0x1.5d1bdbf580000p-2, -0x1.394a11b1c1ee4p-43},
    {0x1.6600000000000p+0, -0x1.5767717455000p-2, -0x1.4d8a9356d941bp-43},
    {0x1.6400000000000p+0, -0x1.51aad872df000p-2, -0x1.05a13927ac19fp-43},
    {0x1.6200000000000p+0, -0x1.4be5f95777000p-2, -0x1.141b6993293eep-43},
    {0x1.6000000000000p+0, -0x1.4618bc21c5000p-2, -0x1.d84fa16f66f66p-43},
    {0x1.5e00000000000p+0, -0x1.404308686a000p-2, -0x1.f8ef43049f7d3p-44},
    {0x1.5d00000000000p+0, -0x1.3d54fa5c1f000p-2, -0x1.c3e1cd9a395e3p-44},
    {0x1.5b00000000000p+0, -0x1.3772662bfd000p-2, -0x1.0b5e4a9d627efp-43},
    {0x1.5900000000000p+0, -0x1.31871c9544000p-2, -0x1.84fab94cecfd9p-46},
    {0x1.5700000000000p+0, -0x1.2b9303ab89000p-2, -0x1.a493b4a5013d7p-43},
    {0x1.5500000000000p+0, -0x1.2596010df7000p-2, -0x1.8e7bc224ea3e3p-44},
    {0x1.5400000000000p+0, -0x1.22941fbcf7000p-2, -0x1.2cb44850a7b4fp-43},
    {0x1.5200000000000p+0, -0x1.1c898c1699000p-2, -0x1.3f5f78d1cea80p-43},
    {0x1.5000000000000p+0, -0x1.1675cababa000p-2, -0x1.8380e731f55c4p-44},
    {0x1.4e00000000000p+0, -0x1.1058bf9ae4000p-2, -0x1.5aa313f415699p-43},
    {0x1.4d00000000000p+0, -0x1.0d46b579ab000p-2, -0x1.d2c81f640e1e6p-44},
    {0x1.4b00000000000p+0, -0x1.071b85fcd5000p-2, -0x1.21a3a2e0ff2f8p-43},
    {0x1.4900000000000p+0, -0x1.00e6c45ad5000p-2, -0x1.cc68d52e01203p-50},
    {0x1.4800000000000p+0, -0x1.fb9186d5e2000p-3, -0x1.e2a8d55466c38p-43},
    {0x1.4600000000000p+0, -0x1.ef0adcbdc4000p-3, -0x1.9365218de5437p-43},
    {0x1.4400000000000p+0, -0x1.e27076e2ae000p-3, -0x1.2e5e9ea87ffe2p-43},
    {0x1.4300000000000p+0, -0x1.dc1bca0abe000p-3, -0x1.8fac1a628ccc6p-44},
    {0x1.4100000000000p+0, -0x1.cf6354e09c000p-3, -0x1.771239a07d55bp-45},
    {0x1.4000000000000p+0, -0x1.c8ff7c79a8000p-3, -0x1.a21ac25d81ef3p-43},
    {0x1.3e00000000000p+0, -0x1.bc286742d8000p-3, -0x1.9ac53f39d121cp-44},
    {0x1.3d00000000000p+0, -0x1.b5b519e8fa000p-3, -0x1.5a46e89ff7068p-43},
    {0x1.3b00000000000p+0, -0x1.a8becfc882000p-3, -0x1.e3185cf21b9cfp-44},
    {0x1.3a00000000000p+0, -0x1.a23bc1fe2a000p-3, -0x1.563193711b07bp-43},
    {0x1.3800000000000p+0, -0x1.9525a9cf44000p-3, -0x1.6b47641307539p-43},
    {0x1.3700000000000p+0, -0x1.8e928de886000p-3, -0x1.a8154b13d72d5p-44},
    {0x1.3500000000000p+0, -0x1.815c0a1434000p-3, -0x1.7ead6836ff18cp-43},
    {0x1.3400000000000p+0, -0x1.7ab890210c000p-3, -0x1.9091be36b2d6ap-43},
    {0x1.3200000000000p+0, -0x1.6d60fe719c000p-3, -0x1.21c8d54765c4dp-43},
    {0x1.3100000000000p+0, -0x1.66acd4272a000p-3, -0x1.aa1bdbfc6c785p-44},
    {0x1.2f00000000000p+0, -0x1.59338d9982000p-3, -0x1.0ba68b7555d4ap-48},
    {0x1.2e00000000000p+0, -0x1.526e5e3a1a000p-3, -0x1.437a2e401d6e4p-43},
    {0x1.2d00000000000p+0, -0x1.4ba36f39a4000p-3, -0x1.5e55a2606f30ep-43},
    {0x1.2b00000000000p+0, -0x1.3dfc2b0ecc000p-3, -0x1.8a72a62b8c13fp-45},
    {0x1.2a00000000000p+0, -0x1.371fc201e8000p-3, -0x1.ee8779b2d8abcp-44},
    {0x1.2900000000000p+0, -0x1.303d718e46000p-3, -0x1.fd2fe9463826ap-43},
    {0x1.2700000000000p+0, -0x1.2266f190a4000p-3, -0x1.acb7d51efc602p-43},
    {0x1.2600000000000p+0, -0x1.1b72ad52f6000p-3, -0x1.e80a41811a396p-45},
    {0x1.2500000000000p+0, -0x1.1478584674000p-3, -0x1.563451027c750p-46},
    {0x1.2300000000000p+0, -0x1.0671512ca4000p-3, -0x1.96e2a18c8fd71p-43},
    {0x1.2200000000000p+0, -0x1.fec9131dbc000p-4, -0x1.55d551728ccfdp-43},
    {0x1.2100000000000p+0, -0x1.f0a30c0114000p-4, -0x1.15330be64b8b7p-43},
    {0x1.1f00000000000p+0, -0x1.d4313d66c8000p-4, -0x1.9aeaf21bb2a3bp-43},
    {0x1.1e00000000000p+0, -0x1.c5e548f5bc000p-4, -0x1.d0c57585fbe06p-46},
    {0x1.1d00000000000p+0, -0x1.b78c82bb0c000p-4, -0x1.6d08421e33c0dp-43},
    {0x1.1c00000000000p+0, -0x1.a926d3a4ac000p-4, -0x1.563650bd22a9cp-44},
    {0x1.1a00000000000p+0, -0x1.8c345d6318000p-4, -0x1.b20f5acb42a66p-44},
    {0x1.1900000000000p+0, -0x1.7da766d7b0000p-4, -0x1.2cc844480c89bp-44},
    {0x1.1800000000000p+0, -0x1.6f0d28ae54000p-4, -0x1.5a5cdf24cdcf7p-43},
    {0x1.1700000000000p+0, -0x1.60658a9374000p-4, -0x1.0c3b1dee9c4f8p-44},
    {0x1.1600000000000p+0, -0x1.51b073f060000p-4, -0x1.83f69278e686ap-44},
    {0x1.1500000000000p+0, -0x1.42edcbea64000p-4, -0x1.bc0eeea7c9acdp-46},
    {0x1.1300000000000p+0, -0x1.253f62f0a0000p-4, -0x1.416f8fb69a701p-44},
    {0x1.1200000000000p+0, -0x1.16536eea34000p-4, -0x1.d7074312e0b9fp-43},
    {0x1.1100000000000p+0, -0x1.075983598c000p-4, -0x1.238980da5333cp-43},
    {0x1.1000000000000p+0, -0x1.f0a30c0110000p-5, -0x1.8a9985f325c5cp-43},
    {0x1.0f00000000000p+0, -0x1.d276b8adb0000p-5, -0x1.6a423c78a64b0p-46},
    {0x1.0e00000000000p+0, -0x1.b42dd71190000p-5, -0x1.c6fb0a34531f6p-43},
    {0x1.0d00000000000p+0, -0x1.95c830ec88000p-5, -0x1.8fadf5a0e8052p-43},
    {0x1.0b00000000000p+0, -0x1.58a5bafc88000p-5, -0x1.935231aa3d4b2p-43},
    {0x1.0a00000000000p+0, -0x1.39e87b9fe8000p-5, -0x1.eafd480ad9015p-44},
    {0x1.0900000000000p+0, -0x1.1b0d989238000p-5, -0x1.65ff0b28bbb23p-43},
    {0x1.0800000000000p+0, -0x1.f829b0e780000p-6, -0x1.980267c7e09e4p-45},
    {0x1.0700000000000p+0, -0x1.b9fc027af0000p-6, -0x1.232ff7a8cb6ebp-43},
    {0x1.0600000000000p+0, -0x1.7b91b07d50000p-6, -0x1.6235524fea98ep-43},
    {0x1.0500000000000p+0, -0x1.3cea443460000p-6, -0x1.4ae9de694adfbp-43},
    {0x1.0400000000000p+0, -0x1.fc0a8b0fc0000p-7, -0x1.f1e7cf6d3a69cp-50},
    {0x1.0300000000000p+0, -0x1.7dc475f800000p-7, -0x1.0a76dd2512f06p-43},
    {0x1.0200000000000p+0, -0x1.fe02a6b100000p-8, -0x1.9e23f0dda40e4p-46},
    {0x1.0100000000000p+0, -0x1.ff00aa2b00000p-9, -0x1.0bc04a086b56ap-45},
    {0x1.0000000000000p+0, 0x0.0p+0, 0x0.0p+0},
};

#define REACH_KINDS (58)
#define REACH_SMALL 0.01

static const double REACH_APPETITES[] = {
    0x1.0000000000000p-23,
    0x1.6a09e667f3bcdp-23,
    0x1.0000000000000p-22,
    0x1.6a09e667f3bcdp-22,
    0x1.0000000000000p-21,
    0x1.6a09e667f3bcdp-21,
    0x1.0000000000000p-20,
    0x1.6a09e667f3bcdp-20,
    0x1.0000000000000p-19,
    0x1.6a09e667f3bcdp-19,
    0x1.0000000000000p-18,
    0x1.6a09e667f3bcdp-18,
    0x1.0000000000000p-17,
    0x1.6a09e667f3bcdp-17,
    0x1.0000000000000p-16,
    0x1.6a09e667f3bcdp-16,
    0x1.0000000000000p-15,
    0x1.6a09e667f3bcdp-15,
    0x1.0000000000000p-14,
    0x1.6a09e667f3bcdp-14,
    0x1.0000000000000p-13,
    0x1.6a09e667f3bcdp-13,
    0x1.0000000000000p-12,
    0x1.6a09e667f3bcdp-12,
    0x1.0000000000000p-11,
    0x1.6a09e667f3bcdp-11,
    0x1.0000000000000p-10,
    0x1.6a09e667f3bcdp-10,
    0x1.0000000000000p-9,
    0x1.6a09e667f3bcdp-9,
    0x1.0000000000000p-8,
    0x1.6a09e667f3bcdp-8,
    0x1.0000000000000p-7,
    0x1.6a09e667f3bcdp-7,
    0x1.0000000000000p-6,
    0x1.6a09e667f3bcdp-6,
    0x1.0000000000000p-5,
    0x1.6a09e667f3bcdp-5,
    0x1.0000000000000p-4,
    0x1.6a09e667f3bcdp-4,
    0x1.0000000000000p-3,
    0x1.6a09e667f3bcdp-3,
    0x1.0000000000000p-2,
    0x1.6a09e667f3bcdp-2,
    0x1.0000000000000p-1,
    0x1.6a09e667f3bcdp-1,
    0x1.0000000000000p+0,
    0x1.6a09e667f3bcdp+0,
    0x1.0000000000000p+1,
    0x1.6a09e667f3bcdp+1,
    0x1.0000000000000p+2,
    0x1.6a09e667f3bcdp+2,
    0x1.0000000000000p+3,
    0x1.6a09e667f3bcdp+3,
    0x1.0000000000000p+4,
    0x1.6a09e667f3bcdp+4,
    0x1.0000000000000p+5,
    0x1.6a09e667f3bcdp+5,
};

static const double REACH_KIND_SHARES[] = {
    0x1.2eef450276d07p-23,
    0x1.f5e45fac1ad89p-25,
    0x1.62e42a6412ea5p-24,
    0x1.f5e45a208a305p-24,
    0x1.62e424d8824bdp-23,
    0x1.f5e44f09690efp-23,
    0x1.62e419c161516p-22,
    0x1.f5e438db27886p-22,
    0x1.62e403932066cp-21,
    0x1.f5e40c7ea76c1p-21,
    0x1.62e3d736a2ba3p-20,
    0x1.f5e3b3c5b2f6ep-20,
    0x1.62e37e7db803ap-19,
    0x1.f5e30253f919dp-19,
    0x1.62e2cd0c25213p-18,
    0x1.f5e19f714194ap-18,
    0x1.62e16a2a09863p-17,
    0x1.f5ded9aec35c1p-17,
    0x1.62dea469faf32p-16,
    0x1.f5d94e358a1e8p-16,
    0x1.62d918fa80318p-15,
    0x1.f5ce377223d65p-15,
    0x1.62ce025e130a6p-14,
    0x1.f5b80aa783380p-14,
    0x1.62b7d62f50784p-13,
    0x1.f58bb402caf59p-13,
    0x1.628b81f9dcac3p-12,
    0x1.f533127a48053p-12,
    0x1.6232ea2ccdf6ap-11,
    0x1.f481fe6347706p-11,
    0x1.6181fcf6b4b1bp-10,
    0x1.f32091cfecef5p-10,
    0x1.60212b7fe030bp-9,
    0x1.f060a4a9f84e5p-9,
    0x1.5d63a796a043cp-8,
    0x1.eaec672bc1b78p-8,
    0x1.57f8f59534055p-7,
    0x1.e031c7506227bp-7,
    0x1.4d63bb42ced2ap-6,
    0x1.cb6f4c4df51bdp-6,
    0x1.3930c61a7987fp-5,
    0x1.a491ab2c2a0a7p-5,
    0x1.1463c12bc8700p-4,
    0x1.606c43d96a11fp-4,
    0x1.ae81462df2404p-4,
    0x1.eeef43f09bdedp-4,
    0x1.051d4dc28ac4bp-3,
    0x1.e812d39700625p-4,
    0x1.803c0d4cd3bcfp-4,
    0x1.daa2a863861e8p-5,
    0x1.a00103c032c77p-6,
    0x1.c0dbde156fb5cp-8,
    0x1.e7a3e52e47502p-11,
    0x1.916ded5a49638p-15,
    0x1.4f05b0321a411p-21,
    0x1.4113795a919bbp-30,
    0x1.3c43f6f80aea2p-43,
    0x1.9ace03f200d0cp-62,
};

typedef struct { i64 row, draw, event; int follows_posts, is_thinned; } Hazard;

static const Hazard HAZARDS[] = {
    {2, 12, 12, 1, 1},
    {3, 13, 9, 1, 0},
    {4, 14, 10, 0, 0},
    {5, 16, 11, 0, 0},
};

/* What a channel does all the time, rate by rate: when it is on (0 never, 1 always, 2 if
   anybody promotes, 3 if any tier has the number of the hazard), and the hazard. */
typedef struct { i64 channel, rate, on, hazard; } Effort;
static const Effort EFFORTS[] = {
    {1, 0, 1, -1},
    {2, 5, 1, -1},
    {3, 6, 2, -1},
    {3, 7, 2, -1},
    {4, 1, 1, 0},
    {5, 2, 1, 1},
    {6, 3, 1, 2},
    {6, 8, 0, -1},
    {8, 4, 3, 3},
};

/* Hazards in their order: channel, rate, and what it is for each of (0 operator, 1
   impression, 2 post). */
typedef struct { i64 channel, rate, each; } RightFlags;
static const RightFlags RIGHT_FLAGS[] = {
    {4, 1, 1},
    {5, 2, 2},
    {6, 3, 0},
    {8, 4, 0},
};

static const int CHANNEL_OF[] = {1, 0, 0, 0, 0, 0, 0, 0, 2, 5, 6, 8, 4, 3, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0};
static const int IS_URGENT[] = {0, 0, 0, 0, 0, 0, 1, 0, 0};

typedef struct {
    i64 seed;
    i64 replication;
    double horizon;
    double prominence_tail;
    i64 live_insiders;
    i64 near_edits;
    double unrelated_recognition;
    double view_probability;
    i64 outsiders;
    i64 promotion_posts;
    double promotion_seen;
    double untouched_factor;
    i64 promotes_on_start;
    double near_identical;
    double recruits_per_impression;
    i64 recruit_tier;
    i64 most_recruits;
    double insider_reports;
    i64 match_edits;
    double ordinary_signups;
    double ordinary_namesakes;
    double ordinary_topic_names;
    i64 ordinary_sample;
    i64 queue_table;
    double queue_error;
    i64 finite_staff;
    i64 queue_order;
    double benign_reports;
    double sensitivity;
    double wrong_at_signup;
    double wrong_at_match;
    double wrong_at_link;
    double mistake;
    double appeal;
    i64 hears_appeals;
    double appeal_success;
    double own_appeals;
    double own_success;
    double posts_after;
    double wave_every;
    double fatigue;
    double posts_after_return;
    double posts_after_move;
    i64 give_up_suspensions;
    double give_up_within;
    i64 most_lives;
    double rebuild_share;
    double rebuild_window;
    i64 adapts;
    double answer_to_handle;
    double answer_to_reports;
    double answer_to_classifier;
    double answer_to_link;
    double answer_to_quick;
    double quick_days;
    double kept_part;
    double overlap[2];
    double discover[2];
    double lost[2];
    double near_links[4];
    double promotion_delay[22];
    double scan_time[22];
    double link_scan_time[22];
    double retaliation_delay[22];
    double recruit_delay[22];
    double service_time[22];
    double action_delay[22];
    double spare_delay[22];
    double filing[22];
} Settings;
_Static_assert(sizeof(Settings) == 2112, "another size");

typedef struct {
    double promotes;
    double moves;
    i64 platform;
    double returns;
    double report_weight;
    double exposure[4];
    double created_day;
    double public_day;
    double release_every;
    i64 severity;
    i64 sleeper;
    i64 only_if_moved;
    i64 double_;
    i64 spares;
    double refollow[2];
    double looks;
    double tier_distributions[88];
} Tier;
_Static_assert(sizeof(Tier) == 864, "another size");

typedef struct {
    i32 operator_;
    i32 life;
    i32 platform;
    u8 handle[16];
    i32 edit_distance;
    double created_day;
    double public_day;
    double flagged_day;
    double review_started_day;
    double suspended_day;
    i32 channel;
    i32 urgent;
    double insider_followers;
    double outsider_followers;
    double insider_impressions;
    double outsider_impressions;
    double unnoticed_impressions;
    i32 promotions_received;
    i32 promotions_made;
} Account;
_Static_assert(sizeof(Account) == 128, "another size");

typedef struct {
    i64 operator_;
    i32 life;
    i32 urgent;
    double arrived_day;
    double started_day;
    double decided_day;
    i32 upheld;
    i32 appeal;
} Case;
_Static_assert(sizeof(Case) == 48, "another size");

#define SETTINGS_NUMBERS(X) \
    X(horizon, 1) \
    X(prominence_tail, 1) \
    X(unrelated_recognition, 1) \
    X(view_probability, 1) \
    X(promotion_seen, 1) \
    X(untouched_factor, 1) \
    X(near_identical, 1) \
    X(recruits_per_impression, 1) \
    X(insider_reports, 1) \
    X(ordinary_signups, 1) \
    X(ordinary_namesakes, 1) \
    X(ordinary_topic_names, 1) \
    X(queue_error, 1) \
    X(benign_reports, 1) \
    X(sensitivity, 1) \
    X(wrong_at_signup, 1) \
    X(wrong_at_match, 1) \
    X(wrong_at_link, 1) \
    X(mistake, 1) \
    X(appeal, 1) \
    X(appeal_success, 1) \
    X(own_appeals, 1) \
    X(own_success, 1) \
    X(posts_after, 1) \
    X(wave_every, 1) \
    X(fatigue, 1) \
    X(posts_after_return, 1) \
    X(posts_after_move, 1) \
    X(give_up_within, 1) \
    X(rebuild_share, 1) \
    X(rebuild_window, 1) \
    X(answer_to_handle, 1) \
    X(answer_to_reports, 1) \
    X(answer_to_classifier, 1) \
    X(answer_to_link, 1) \
    X(answer_to_quick, 1) \
    X(quick_days, 1) \
    X(kept_part, 1) \
    X(overlap, 2) \
    X(discover, 2) \
    X(lost, 2) \
    X(near_links, 4) \
    X(promotion_delay, 22) \
    X(scan_time, 22) \
    X(link_scan_time, 22) \
    X(retaliation_delay, 22) \
    X(recruit_delay, 22) \
    X(service_time, 22) \
    X(action_delay, 22) \
    X(spare_delay, 22) \
    X(filing, 22)

#define TIER_NUMBERS(X) \
    X(promotes, 1) \
    X(moves, 1) \
    X(returns, 1) \
    X(report_weight, 1) \
    X(exposure, 4) \
    X(created_day, 1) \
    X(public_day, 1) \
    X(release_every, 1) \
    X(refollow, 2) \
    X(looks, 1) \
    X(tier_distributions, 88)

#define GIVEN(X) \
    X(Settings, settings) \
    X(i64, sizes) \
    X(Tier, tier_table) \
    X(double, regimes) \
    X(double, kept) \
    X(double, actions) \
    X(double, longer_laws) \
    X(double, duty_change) \
    X(i64, on_duty) \
    X(double, pulse_day) \
    X(i64, pulse_key) \
    X(double, pulse_share) \
    X(i64, pulse_accounts) \
    X(i64, pulse_choose) \
    X(i64, pulse_platform) \
    X(u8, pulse_tiers) \
    X(i64, pulse_table) \
    X(double, pulse_error) \
    X(i64, rank_what) \
    X(double, rank_every) \
    X(i64, rank_back) \
    X(double, rank_day) \
    X(i64, rank_table) \
    X(double, given_ranking) \
    X(double, speech_change) \
    X(double, discover_later) \
    X(double, burst_start) \
    X(double, burst_factors) \
    X(double, observed) \
    X(i64, grid_place) \
    X(i64, window_place) \
    X(double, look_day) \
    X(i64, look_operator) \
    X(i32, tier) \
    X(double, posts) \
    X(double, audience) \
    X(i64, links) \
    X(double, factors) \
    X(i64, promoter_start) \
    X(i32, promoters) \
    X(double, arrivals) \
    X(double, rows) \
    X(double, weight) \
    X(double, hazards) \
    X(double, hazard_days) \
    X(double, hazard_fades) \
    X(double, wrong_day) \
    X(i64, wrong_channel) \
    X(i64, wrong_number) \
    X(u8, users) \
    X(double, users_starts) \
    X(double, users_recall)

#define TOLD(X) \
    X(accounts, r->accounts, r->accounts_used) \
    X(cases, r->cases, r->cases_used) \
    X(decided, r->decided, r->cases_decided) \
    X(series, r->series, days * r->tiers * CENSUS_COLUMNS) \
    X(backlog, r->backlog, days) \
    X(looked, r->looked, r->given.look_day_n * CENSUS_COLUMNS) \
    X(flags_by_day, r->flags_by_day, days * 2 * CHANNELS) \
    X(impressions, r->impressions, windows * r->n) \
    X(struck, r->struck, r->given.pulse_day_n) \
    X(rows, r->given.rows, r->n * S_COLUMNS) \
    X(flags, r->flags, 2 * CHANNELS) \
    X(events, &r->events, 1)

#define WORLD_LAYOUT INT64_C(1033434071406317861)
#define WORLD_GIVEN(X) \
    X(i64, seed) \
    X(i64, replication) \
    X(double, horizon) \
    X(i64, tier_count) \
    X(double, tier_distributions) \
    X(double, differences) \
    X(double, correlated) \
    X(double, insider_share) \
    X(double, prominence) \
    X(double, prominence_tail) \
    X(i64, platform) \
    X(double, platform_share) \
    X(i64, same_as) \
    X(double, own_audience) \
    X(double, own_posts) \
    X(i64, own_promoter_start) \
    X(i32, own_promoters) \
    X(i64, most_recruits) \
    X(i64, recruit_tier) \
    X(i64, arrival_tier) \
    X(double, arrival_start) \
    X(double, arrival_rate)
#define WORLD_TOLD(X) \
    X(i32, tier) \
    X(double, posts) \
    X(double, audience) \
    X(i64, links) \
    X(double, factors) \
    X(i64, promoter_start) \
    X(double, arrivals) \
    X(i32, promoters)

#define START_LAYOUT INT64_C(7059731474365985430)
#define START_GIVEN(X) \
    X(i64, seed) \
    X(i64, replication) \
    X(double, horizon) \
    X(i64, tier_count) \
    X(i64, platform) \
    X(double, attached_at_start) \
    X(double, detached_at_start) \
    X(i64, sleeper) \
    X(double, refollow) \
    X(double, forget) \
    X(double, discover) \
    X(double, unrelated_recognition) \
    X(i64, live_insiders) \
    X(double, burst_factor) \
    X(double, view_probability) \
    X(i64, promotion_posts) \
    X(double, regime_start) \
    X(double, rates) \
    X(double, pressure) \
    X(double, exposure) \
    X(double, insider_reports) \
    X(double, wrong_per_right) \
    X(double, wrong_a_day) \
    X(double, pulse_day) \
    X(i64, pulse_key) \
    X(double, pulse_share) \
    X(i64, pulse_accounts) \
    X(i64, pulse_platform) \
    X(u8, pulse_tiers) \
    X(i64, finite_staff) \
    X(double, ordinary_signups) \
    X(i64, ordinary_sample) \
    X(double, ordinary_namesakes) \
    X(double, ordinary_topic_names) \
    X(i32, tier) \
    X(double, posts) \
    X(double, audience) \
    X(i64, links) \
    X(double, factors) \
    X(i64, promoter_start) \
    X(i32, promoters)
#define START_TOLD(X) \
    X(double, rows) \
    X(double, weight) \
    X(double, hazards) \
    X(double, hazard_days) \
    X(double, hazard_fades) \
    X(u8, users) \
    X(double, users_starts) \
    X(double, users_recall) \
    X(double, wrong_day) \
    X(i64, wrong_channel) \
    X(i64, wrong_number)

#define ROWS_LAYOUT INT64_C(9010366387623533871)
#define ROWS_GIVEN(X) \
    X(i64, tier_count) \
    X(double, attached_at_start) \
    X(double, detached_at_start) \
    X(i64, sleeper) \
    X(double, refollow) \
    X(double, forget) \
    X(double, burst_factor) \
    X(i32, tier) \
    X(double, audience) \
    X(double, factors)
#define ROWS_TOLD(X) \
    X(double, rows)

#define HANDLES_LAYOUT INT64_C(1960925920882133317)
#define HANDLES_GIVEN(X) \
    X(i64, seed) \
    X(i64, replication) \
    X(i64, first) \
    X(i64, count) \
    X(i64, operators) \
    X(double, namesakes) \
    X(double, topic_names)
#define HANDLES_TOLD(X) \
    X(u8, handles)

#define EXPOSED_SHARE_LAYOUT INT64_C(730616037779218025)
#define EXPOSED_SHARE_GIVEN(X) \
    X(double, impressions) \
    X(double, audience) \
    X(double, population) \
    X(i64, windows)
#define EXPOSED_SHARE_TOLD(X) \
    X(double, shares)

#define WRONGLY_SUSPENDED_LAYOUT INT64_C(2969302088552572306)
#define WRONGLY_SUSPENDED_GIVEN(X) \
    X(double, decided) \
    X(i64, channel) \
    X(i64, number) \
    X(double, heard) \
    X(double, horizon) \
    X(double, mistake) \
    X(double, appeal) \
    X(double, success) \
    X(i64, hears) \
    X(double, reinstatement) \
    X(double, action_delay) \
    X(double, wave_every) \
    X(i64, seed) \
    X(i64, replication)
#define WRONGLY_SUSPENDED_TOLD(X) \
    X(double, days) \
    X(double, after)

#define FOLLOWER_DAYS_LAYOUT INT64_C(8738665995615039370)
#define FOLLOWER_DAYS_GIVEN(X) \
    X(double, rows) \
    X(double, born) \
    X(i32, operator_) \
    X(double, public_) \
    X(double, suspended) \
    X(double, posts) \
    X(double, discover) \
    X(double, first) \
    X(double, horizon) \
    X(double, starts) \
    X(double, factors) \
    X(i64, tier)
#define FOLLOWER_DAYS_TOLD(X) \
    X(double, spared) \
    X(double, away)

#define KERNELS(X) \
    X(world) \
    X(start) \
    X(rows) \
    X(handles) \
    X(exposed_share) \
    X(wrongly_suspended) \
    X(follower_days)

#endif
