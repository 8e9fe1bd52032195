/* Events to come: the time axis is cut into pages, and today's page is a small heap. */

enum { KEY_BITS = 29 };
static const i64 KEY_LOW = ((i64)1 << KEY_BITS) - 1;

static inline i64 key_of(i64 kind, i64 operator_, i64 ordinal) {
    return (kind << (2 * KEY_BITS)) | (operator_ << KEY_BITS) | ordinal;
}

static inline int comes_before(const Event *one, const Event *other) {
    return one->day < other->day || (one->day == other->day && one->key < other->key);
}

/* Blocks in which so many events find room, whatever their pages. */
static i64 blocks_for(const Calendar *c, i64 events) { return events / BLOCK + c->pages + 1; }

static int begin_calendar(Memory *memory, Calendar *c, double horizon, i64 pages, i64 room) {
    *c = (Calendar){.per_day = (double)pages / horizon, .pages = pages, .free = -1, .room = room};
    c->blocks = blocks_for(c, room);
    c->first = take(memory, pages * (i64)sizeof *c->first);
    c->pool = take(memory, c->blocks * (i64)sizeof *c->pool);
    c->heap = take(memory, room * (i64)sizeof *c->heap);
    if (c->first == NULL || c->pool == NULL || c->heap == NULL) return 0;
    memset(c->first, -1, (size_t)pages * sizeof *c->first);
    return 1;
}

/* Room for so many more events, or 0 where there is no memory for it. */
static int make_room(Memory *memory, Calendar *c, i64 more) {
    if (c->room - c->waiting >= more) return 1;
    i64 room = 2 * c->room > c->waiting + more ? 2 * c->room : c->waiting + more;
    i64 blocks = blocks_for(c, room);
    i64 pool_bytes = blocks * (i64)sizeof *c->pool, heap_bytes = room * (i64)sizeof *c->heap;
    u8 *both = take(memory, pool_bytes + heap_bytes);
    if (both == NULL) return 0;
    memcpy(both, c->pool, (size_t)c->used * sizeof *c->pool);
    memcpy(both + pool_bytes, c->heap, (size_t)c->in_heap * sizeof *c->heap);
    c->pool = (Block *)(void *)both;
    c->heap = (Event *)(void *)(both + pool_bytes);
    c->room = room;
    c->blocks = blocks;
    return 1;
}

static void put_in_heap(Calendar *c, Event event) {
    i64 at = c->in_heap++;
    while (at > 0 && comes_before(&event, &c->heap[(at - 1) >> 1])) {
        c->heap[at] = c->heap[(at - 1) >> 1];
        at = (at - 1) >> 1;
    }
    c->heap[at] = event;
}

/* Put an event in; there must be room, and its day lies before the horizon. */
static void push(Calendar *c, Event event) {
    i64 page = (i64)(event.day * c->per_day);
    if (page >= c->pages) page = c->pages - 1;
    c->waiting++;
    if (page <= c->page) { /* a day that rounding put a hair before now as well */
        put_in_heap(c, event);
        return;
    }
    i64 place = c->first[page];
    if (place < 0 || c->pool[place].used == BLOCK) {
        i64 fresh = c->free;
        if (fresh >= 0) c->free = c->pool[fresh].next;
        else fresh = c->used++;
        c->pool[fresh].next = (i32)place;
        c->pool[fresh].used = 0;
        c->first[page] = (i32)fresh;
        place = fresh;
    }
    Block *block = &c->pool[place];
    block->events[block->used++] = event;
}

static void turn_page(Calendar *c) {
    while (c->first[++c->page] < 0) {}
    i64 place = c->first[c->page];
    c->first[c->page] = -1;
    while (place >= 0) {
        Block *block = &c->pool[place];
        i64 next = block->next;
        for (int k = 0; k < block->used; k++) put_in_heap(c, block->events[k]);
        block->next = (i32)c->free;
        c->free = place;
        place = next;
    }
}

/* Whether an event that is not in the calendar comes before all that are; inf never does. */
static int comes_first(Calendar *c, const Event *event) {
    if (event->day == INFINITY) return 0;
    if (c->waiting == 0) return 1;
    if (c->in_heap == 0) turn_page(c);
    return comes_before(event, &c->heap[0]);
}

/* Take the next event out; 0 if there is none. */
static int pop(Calendar *c, Event *out) {
    if (c->waiting == 0) return 0;
    if (c->in_heap == 0) turn_page(c);
    c->waiting--;
    *out = c->heap[0];
    i64 size = --c->in_heap, at = 0, child;
    Event last = c->heap[size];
    while ((child = 2 * at + 1) < size) {
        if (child + 1 < size && comes_before(&c->heap[child + 1], &c->heap[child])) child++;
        if (!comes_before(&c->heap[child], &last)) break;
        c->heap[at] = c->heap[child];
        at = child;
    }
    c->heap[at] = last;
    return 1;
}
