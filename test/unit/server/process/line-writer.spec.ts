import { expect } from 'chai';
import fc from 'fast-check';
import { LineWriter } from '../../../../server/process/line-writer.ts';

/** A reader with so much room, and time that passes when told to. */
class Reader {
  writes = 0;
  room = Number.POSITIVE_INFINITY;
  error: string | undefined;
  readonly lines = new LineWriter({
    write: (bytes) => this.#take(bytes),
    schedule: (task, ms) => void this.#tasks.push({ task, at: this.#now + ms }),
  });
  #taken: Uint8Array[] = [];
  #now = 0;
  #tasks: { task: () => void; at: number }[] = [];

  constructor() {
    this.lines.onLost((lines) => this.lines.write(`${lines} lost\n`));
  }

  get text(): string {
    return Buffer.concat(this.#taken).toString();
  }

  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#tasks.sort((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > end) break;
      this.#tasks.shift();
      this.#now = next.at;
      next.task();
    }
    this.#now = end;
  }

  #take(bytes: Uint8Array): number {
    this.writes++;
    const error = this.room > 0 ? this.error : 'EAGAIN';
    if (error !== undefined) throw Object.assign(new Error(error), { code: error });
    const taken = Math.min(bytes.length, this.room);
    this.#taken.push(bytes.slice(0, taken));
    this.room -= taken;
    return taken;
  }
}

describe('line writer', () => {
  const MIB = 1024 * 1024;
  const long = `${'x'.repeat(1023)}\n`;

  it('writes the lines of one turn at once', () => {
    const reader = new Reader();
    for (let i = 0; i < 1_000; i++) reader.lines.write(`${i}\n`);
    reader.pass(0);
    expect(reader.text.split('\n')).to.have.lengthOf(1_001);
    expect(reader.writes).to.equal(1);
  });

  it('keeps at most 1 MiB for a slow reader, and says once how many lines it left out', () => {
    const reader = new Reader();
    reader.room = 500;
    for (let i = 0; i < 1_500; i++) reader.lines.write(long);
    reader.pass(10_000);
    expect(reader.text.length).to.equal(500);
    expect(reader.lines.lost).to.equal(476);
    reader.room = Number.POSITIVE_INFINITY;
    reader.pass(50);
    expect(reader.text.length).to.equal(MIB + '476 lost\n'.length);
    expect(reader.text.endsWith('x\n476 lost\n')).to.equal(true);
    reader.lines.write('on\n');
    reader.pass(0);
    expect(reader.text.endsWith('476 lost\non\n')).to.equal(true);
  });

  it('tries a full disk once a second, and goes on in a line of its own once there is room', () => {
    const reader = new Reader();
    reader.room = 2;
    reader.lines.write('one\n');
    reader.pass(0);
    reader.room = 100;
    reader.error = 'ENOSPC';
    reader.pass(50);
    for (let i = 0; i < 100; i++) {
      reader.lines.write('more\n');
      reader.pass(100);
    }
    expect(reader.writes).to.be.within(5, 15);
    reader.error = undefined;
    reader.pass(1_000);
    reader.lines.write('last\n');
    reader.pass(0);
    expect(reader.text).to.equal('on\n101 lost\nlast\n');
    expect(reader.lines.lost).to.equal(101);
  });

  it('neither waits nor throws when the reader has gone', async () => {
    const reader = new Reader();
    reader.error = 'EPIPE';
    reader.lines.write('one\n');
    reader.pass(0);
    reader.lines.write('two\n');
    await reader.lines.drain(1_000);
    expect(reader.lines.lost).to.equal(2);
  });

  it('waits at the end for a slow reader, but not for a stopped one', async () => {
    const reader = new Reader();
    reader.room = 2;
    reader.lines.write('one\n');
    const drained = reader.lines.drain(100);
    reader.room = 2;
    reader.pass(50);
    await drained;
    expect(reader.text).to.equal('one\n');
    reader.room = 0;
    reader.lines.write('two\n');
    let ended = false;
    const given = reader.lines.drain(100).then(() => {
      ended = true;
    });
    for (let i = 0; i < 10 && !ended; i++) {
      reader.pass(50);
      await new Promise(setImmediate);
    }
    await given;
    expect(reader.text).to.equal('one\n');
  });

  it('shows every line whole and in order, or counts it, whatever the reader does', () => {
    const step = fc.oneof(
      fc.record({ lines: fc.integer({ min: 1, max: 400 }) }),
      fc.record({ room: fc.constantFrom(0, 1, 700, 100_000, Number.POSITIVE_INFINITY) }),
      fc.record({ error: fc.constantFrom('ENOSPC', 'EIO', undefined) }),
      fc.record({ pass: fc.constantFrom(0, 50, 1_000) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const reader = new Reader();
        let written = 0;
        const write = () => reader.lines.write(`${written++} ${'é'.repeat(2_000)}\n`);
        for (const { lines = 0, pass, ...change } of steps as Record<string, number>[]) {
          Object.assign(reader, change);
          for (let i = 0; i < lines; i++) write();
          if (pass !== undefined) reader.pass(pass);
        }
        Object.assign(reader, { room: Number.POSITIVE_INFINITY, error: undefined });
        reader.pass(2_000);
        write();
        reader.pass(2_000);
        const numbers = [...reader.text.matchAll(/^(\d+) é{2000}$/gm)].map(([, number]) => Number(number));
        const told = [...reader.text.matchAll(/^(\d+) lost$/gm)].reduce((sum, [, lines]) => sum + Number(lines), 0);
        expect(numbers).to.deep.equal([...numbers].sort((a, b) => a - b));
        expect(numbers.at(-1)).to.equal(written - 1);
        expect(reader.lines.lost).to.equal(written - numbers.length);
        expect(told).to.equal(reader.lines.lost);
      }),
      { numRuns: 50 },
    );
  });
});
