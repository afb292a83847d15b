// The image's entry: its programs are bundles of their own, so that a peer never loads the operator's code.
const programs = ['server', 'operator', 'verify'];
// Removed, so that a bundle reads its arguments where `node server/main.ts …` does.
const [program] = process.argv.splice(2, 1);

if (programs.includes(program)) {
  await import(`./${program}.mjs`);
} else {
  console.error(`usage: rollcall ${programs.join('|')} [options]`);
  process.exitCode = 2;
}
