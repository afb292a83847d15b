// The operator's specs, half of the tier, get a control plane of their own; the others don't disturb their audit log.
export * from '../setup.ts';
