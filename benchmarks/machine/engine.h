/* The blocks one after the other, the warps of a block in turn up to the next barrier, and of a warp always the lanes
   that stand at the least basic block: diverged lanes come together again as they do on the card. */

static int run_warp(Lane *warp, u64 width) {
    while (!launch->fault[0]) {
        u32 at = ~0u, mask = 0;
        for (u64 i = 0; i < width; i++)
            if (warp[i].state == GOES && warp[i].at < at) at = warp[i].at;
        if (at == ~0u) return 1;
        for (u64 i = 0; i < width; i++) mask |= (u32)(warp[i].state == GOES && warp[i].at == at) << i;
        Count *count = launch->counts + at;
        count->warps++;
        count->lanes += __builtin_popcount(mask);
        step(warp, mask, at, count);
    }
    return 0;
}

/* whether some threads wait; a barrier is for all of them and in one place */
static int some_wait(Lane *lanes, u64 threads) {
    u64 waiting = 0;
    for (u64 i = 0; i < threads; i++) waiting += lanes[i].state == WAITS;
    for (u64 i = 0; i < threads && waiting; i++) {
        if (lanes[i].state == ENDED || lanes[i].at != lanes[0].at) blame("a barrier that not all threads reach", i, 0, 0);
        lanes[i].state = GOES;
    }
    return waiting && !launch->fault[0];
}

static void run_block(Lane *lanes, u64 threads) {
    memset(lanes, 0xcd, threads * sizeof(Lane));
    memset(shared_bytes, 0xcd, sizeof shared_bytes);
    for (u64 i = 0; i < threads; i++) { lanes[i].tid = i; lanes[i].at = 0; lanes[i].state = GOES; }
    do {
        epoch++;
        for (u64 first = 0; first < threads; first += 32)
            if (!run_warp(lanes + first, threads - first < 32 ? threads - first : 32)) return;
    } while (some_wait(lanes, threads));
}

void run(Launch *given) {
    launch = given;
    add_constants();
    Range shared = {(u64)shared_bytes, (u64)shared_bytes + sizeof shared_bytes, SHARED_GRAIN, shared_marks};
    shared_range = shared;
    for (u64 i = 0; i < launch->ranges_used; i++) {
        Range *range = launch->ranges + i;
        range->marks = calloc((range->end - range->begin) / range->grain + 1, sizeof(Mark));
    }
    Lane *lanes = malloc(launch->threads * sizeof(Lane));
    for (block_now = 0; block_now < launch->blocks && !launch->fault[0]; block_now++) run_block(lanes, launch->threads);
    free(lanes);
    for (u64 i = 0; i < launch->ranges_used; i++) free(launch->ranges[i].marks);
}
