/* What a translated kernel runs on: 32 lanes in step, blocks one after the other, and a record for every byte of
   who wrote and who read it, so that races, stray addresses and barriers that some threads never reach are found.
   What nobody wrote is 0xcd. */

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;
typedef float f32;
typedef double f64;

enum { GOES, WAITS, ENDED };
enum { READ, WRITE, ATOM };
enum { GLOBAL, SHARED, LOCAL };

typedef struct { u32 writer, written, reader, read; } Mark;
typedef struct { u64 begin, end, grain; Mark *marks; } Range;

/* counts of one basic block: times a warp and times a lane went through it; sectors of 32 bytes of global memory
   and turns at the banks of shared memory that its accesses took */
typedef struct { u64 warps, lanes, sectors, turns; } Count;

typedef struct {
    u64 blocks, threads;
    const u64 *parameters;
    Range *ranges;
    u64 ranges_used;
    Count *counts;
    char *fault;
} Launch;

static Launch *launch;
static u32 epoch, block_now;
static Range shared_range;

static f64 f64_of(u64 bits) { f64 x; memcpy(&x, &bits, 8); return x; }
static u64 bits_of(f64 x) { u64 bits; memcpy(&bits, &x, 8); return bits; }
static f32 f32_of(u32 bits) { f32 x; memcpy(&x, &bits, 4); return x; }

static void blame(const char *what, u32 thread, u64 address, int line) {
    if (!launch->fault[0])
        snprintf(launch->fault, 200, "%s: block %u, thread %u, line %d, byte %llu", what, block_now, thread, line,
                 (unsigned long long)address);
}

static Range *range_of(u64 address, u64 bytes) {
    if (address >= shared_range.begin && address + bytes <= shared_range.end) return &shared_range;
    for (u64 i = 0; i < launch->ranges_used; i++)
        if (address >= launch->ranges[i].begin && address + bytes <= launch->ranges[i].end) return &launch->ranges[i];
    return 0;
}

/* whether the access may go on; threads are numbered from 1 over the whole grid, atomic writers in the top bit */
static int touch(u64 address, u32 bytes, int how, u32 thread, int line) {
    Range *range = range_of(address, bytes);
    if (!range) { blame("an address outside all arrays", thread, address, line); return 0; }
    if (address % bytes) { blame("an address that is not aligned", thread, address, line); return 0; }
    u32 me = block_now * (u32)launch->threads + thread + 1, first = block_now * (u32)launch->threads;
    Mark *mark = range->marks + (address - range->begin) / range->grain;
    for (u32 i = 0; i < bytes; i += range->grain, mark++) {
        u32 writer = mark->writer & 0x7fffffff, atom = mark->writer >> 31;
        int here = writer > first && writer <= first + launch->threads;
        int unordered = writer && writer != me && (here ? mark->written == epoch : range != &shared_range);
        int read_here = mark->reader > first && mark->reader <= first + launch->threads;
        int read_too = mark->reader && mark->reader != me && (read_here ? mark->read == epoch : range != &shared_range);
        if (unordered && !(atom && how != WRITE)) blame("a race with a write", thread, address - range->begin, line);
        if (how == WRITE && read_too) blame("a race with a read", thread, address - range->begin, line);
        if (how == READ) { mark->reader = me; mark->read = epoch; }
        else { mark->writer = me | (how == ATOM ? 1u << 31 : 0); mark->written = epoch; }
    }
    return 1;
}

static void add_range(u64 begin, u64 bytes) {
    Range range = {begin, begin + bytes, 1, 0};
    launch->ranges[launch->ranges_used++] = range;
}

#define EACH for (u32 number = 0; number < 32; number++) if (mask >> number & 1) \
    for (Lane *lane = warp + number, *once = lane; once; once = 0)

/* what the accesses of a warp cost: distinct sectors, or the most distinct words in one bank */
static void tally(Count *count, const u64 *places, u32 bytes) {
    u64 seen[64], used = 0, banks[32] = {0}, most = 0;
    int shared = 0;
    for (int lane = 0; lane < 32; lane++) {
        if (!places[lane]) continue;
        shared = places[lane] >= shared_range.begin && places[lane] < shared_range.end;
        for (u64 part = 0; part < (bytes > 4 && shared ? 2 : 1); part++) {
            u64 unit = shared ? (places[lane] >> 2) + part : places[lane] >> 5, k = 0;
            while (k < used && seen[k] != unit) k++;
            if (k == used) {
                seen[used++] = unit;
                if (shared && ++banks[unit & 31] > most) most = banks[unit & 31];
            }
        }
    }
    if (shared) count->turns += most; else count->sectors += used;
}

static u64 shifted_left(u64 x, u64 by) { return by > 63 ? 0 : x << by; }
static u64 shifted_right(u64 x, u64 by) { return by > 63 ? 0 : x >> by; }
static s64 shifted_signed(s64 x, u64 by) { return x >> (by > 63 ? 63 : by); }
