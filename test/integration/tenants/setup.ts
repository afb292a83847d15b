// What one tenant does to the others: definitions are replaced and memory is measured, so nobody shares this control plane.
export * from '../setup.ts';
