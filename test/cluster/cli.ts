/** `npm run cluster -- COMMAND` and `npm run -s kubectl -- ARGUMENTS`: see docs/guide/local-cluster.md. */
import { parseArgs } from 'node:util';
import { ClusterError } from './errors.ts';
import { kubectlCommand } from './kubectl-command.ts';

const USAGE = `npm run cluster -- COMMAND

  build [--kwok]                  build Kubernetes, etcd, CoreDNS and the images, unless they are in the cache
  up [--nodes 1..4] [--yes]       start a whole cluster (root; --yes installs missing packages without a question)
  status                          what runs
  load ARCHIVE                    bring an image (OCI archive, docker save) to every node
  prometheus                      build Prometheus' image, unless it is in the cache, and bring it to every node
  cut NODE NODE [--one-way]       drop all traffic between two nodes; one way: from the first to the second
  heal                            undo every cut
  kill-node NODE                  pull a node's plug
  start-node NODE                 power it on again
  kwok FIRST LAST                 add the fake nodes fake-FIRST to fake-LAST
  metrics-server                  add metrics-server, which kubectl top and HorizontalPodAutoscalers go by
  down [--keep]                   remove everything; --keep: keep the state for the next up
  control-plane [--scheduler] [--kwok]
                                  a bare control plane, without root, until Ctrl-C
  kubectl ...                     the cluster's own kubectl (npm run -s kubectl -- ...)

  --name NAME                     which cluster; default: $ROLLCALL_CLUSTER, else demo`;

const OPTIONS = {
  name: { type: 'string', default: process.env.ROLLCALL_CLUSTER ?? 'demo' },
  nodes: { type: 'string', default: '1' },
  yes: { type: 'boolean', default: false },
  kwok: { type: 'boolean', default: false },
  scheduler: { type: 'boolean', default: false },
  keep: { type: 'boolean', default: false },
  'one-way': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

async function main(args: readonly string[]): Promise<number> {
  if (args[0] === 'kubectl') return kubectlCommand(args.slice(1));
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  const [command, ...operands] = positionals;
  if (values.help || command === undefined) {
    console.log(USAGE);
    return values.help ? 0 : 2;
  }
  const { name } = values;
  const expect = (count: number) => {
    if (operands.length === count) return operands;
    throw new UsageError(`${command} takes ${count === 0 ? 'no' : count} operands, not ${operands.length}`);
  };
  const commands = await import('./commands.ts'); // loads much, and kubectl is called often
  switch (command) {
    case 'build':
      expect(0);
      await commands.build(values.kwok);
      break;
    case 'up':
      expect(0);
      await commands.up(name, { nodes: number(values.nodes), yes: values.yes });
      break;
    case 'status':
      expect(0);
      await commands.status();
      break;
    case 'load':
      await commands.load(name, expect(1)[0]!);
      break;
    case 'prometheus':
      expect(0);
      await commands.prometheus(name);
      break;
    case 'cut': {
      const [a, b] = expect(2);
      await commands.running(name).cut(a!, b!, { oneWay: values['one-way'] });
      break;
    }
    case 'heal':
      expect(0);
      await commands.running(name).heal();
      break;
    case 'kill-node':
      await commands.running(name).killNode(expect(1)[0]!);
      break;
    case 'start-node':
      await commands.running(name).startNode(expect(1)[0]!);
      break;
    case 'kwok': {
      const [first, last] = expect(2).map(number);
      await commands.kwok(name, first!, last!);
      break;
    }
    case 'metrics-server':
      expect(0);
      await commands.metricsServer(name);
      break;
    case 'control-plane':
      expect(0);
      await commands.controlPlane({ scheduler: values.scheduler, kwok: values.kwok });
      break;
    case 'down':
      expect(0);
      await commands.down(name, values.keep);
      break;
    default:
      throw new UsageError(`There is no command ${command}`);
  }
  return 0;
}

/** Thrown when the command line can't be understood. */
class UsageError extends Error {
  readonly code = 'ERR_USAGE';
}

function number(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new UsageError(`"${text}" is no number`);
}

function isUsageError(error: Error & { code?: string }): boolean {
  return error instanceof UsageError || error.code?.startsWith('ERR_PARSE_ARGS') === true;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Error)) throw error;
  if (isUsageError(error)) {
    console.error(`${error.message}. npm run cluster -- --help shows all commands.`);
    process.exitCode = 2;
  } else if (error instanceof ClusterError) {
    console.error(error.message);
    process.exitCode = 1;
  } else {
    throw error;
  }
}
