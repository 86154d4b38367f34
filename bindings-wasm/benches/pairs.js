// How much longer one thing takes than another, on a machine that changes its speed all the time.

const ROUNDS = 31;
const WARM_UP_MS = 700;
const SLICE_MS = 35;

/** What all measured work has come to, so that none of it can be left out. */
let sink = 0;

/** The time of one in that of the other: the median of rounds, in each of which both are measured. */
export function ratioOf(ours, peer) {
  const [a, b] = [ours, peer].map((run) => ({ run, calls: callsPerSlice(run) }));
  const ratios = Array.from({ length: ROUNDS }, (_, round) => {
    const [first, second] = round % 2 === 0 ? [a, b] : [b, a];
    const times = new Map([
      [a, 0],
      [b, 0],
    ]);
    // In this order, a machine that grows slower at an even pace does as much to the one as to the other.
    for (const each of [first, second, second, first]) times.set(each, times.get(each) + slice(each));
    return times.get(a) / a.calls / (times.get(b) / b.calls);
  });
  if (!(sink > 0)) throw new Error("a contender read nothing");
  return ratios.sort((a, b) => a - b)[(ROUNDS - 1) / 2];
}

function callsPerSlice(run) {
  let calls = 0;
  const start = performance.now();
  while (performance.now() - start < WARM_UP_MS) {
    sink += run();
    calls += 1;
  }
  return Math.ceil((calls * SLICE_MS) / WARM_UP_MS);
}

function slice({ run, calls }) {
  const start = performance.now();
  for (let i = 0; i < calls; i++) sink += run();
  return performance.now() - start;
}
