// The image's entry: its programs are bundles of their own, so that a peer never loads the operator's code.
const programs = ['server', 'operator', 'verify'];
// Removed, so that a bundle reads its arguments where `node server/main.ts …` does.
const [program] = process.argv.splice(2, 1);

// The kernel drops signals that a container's first process doesn't handle: told to end while a program still loads, its
// pod would take the whole grace period. Once the program listens itself, this is out of the way.
for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
]) {
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(128 + number);
  });
}

if (programs.includes(program)) {
  await import(`./${program}.mjs`);
} else {
  console.error(`usage: rollcall ${programs.join('|')} [options]`);
  process.exitCode = 2;
}
