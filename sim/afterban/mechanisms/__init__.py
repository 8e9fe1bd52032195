"""The model by subject: constants, equations and rules, pure functions of numbers and arrays.

An *equation* says how much (``promotion.moved_share``); it is compiled, and both engines call it.
A *rule* says whether, who or when (``promotion.may_promote``); the reference engine calls it, and
so does whatever tells again what happened.  The compiled engine has its own text of each rule,
which makes the equality of the two a second opinion (``tests/engines/``).  A rule is handed the
draws that it uses, and is plain Python unless other compiled code calls it.
"""
