import { expect } from 'chai';
import { chooseTarget, type Machine } from '../../../../scripts/start/target.ts';

function machine(overrides: Partial<Machine> = {}, ...tools: string[]): Machine {
  return { platform: 'darwin', isRoot: false, has: (command) => tools.includes(command), ...overrides };
}

describe('where npm start shows Rollcall', () => {
  it('is the context that was asked for, on any machine', () => {
    expect(chooseTarget('prod', machine({ platform: 'linux', isRoot: true }))).to.deep.equal({
      kind: 'context',
      name: 'prod',
    });
  });

  it('is the embedded cluster for root on Linux', () => {
    expect(chooseTarget(undefined, machine({ platform: 'linux', isRoot: true }, 'kind')).kind).to.equal('embedded');
  });

  it('is one command for the cluster tool that is there', () => {
    const target = chooseTarget(undefined, machine({}, 'minikube'));
    expect(target.kind === 'suggestion' && target.command).to.match(
      /^minikube start .* npm start -- --context rollcall/,
    );
  });

  it('is plain processes when there is nothing else, with two lines on what is missing', () => {
    const target = chooseTarget(undefined, machine());
    expect(target.kind === 'peers' && target.missing).to.have.length(2);
  });

  it('names sudo to a Linux user without root', () => {
    const target = chooseTarget(undefined, machine({ platform: 'linux' }));
    expect(target.kind === 'peers' && target.missing[0]).to.include('sudo npm start');
  });
});
