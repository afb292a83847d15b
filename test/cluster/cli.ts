/** `npm run cluster -- COMMAND` and `npm run -s kubectl -- ARGUMENTS`: see docs/guide/local-cluster.md. */
import type { Command } from 'commander';
import { createCommand, runCommandLine, UsageError } from '../../server/process/command-line.ts';
import { ClusterError } from './errors.ts';
import { kubectlCommand } from './kubectl-command.ts';

const MAX_NODES = 4;

try {
  const [first, ...rest] = process.argv.slice(2);
  // What follows is kubectl's to read, and it is called often: nothing else is loaded.
  if (first === 'kubectl') process.exitCode = await kubectlCommand(rest);
  else await runCommandLine(clusterCommand());
} catch (error) {
  if (!(error instanceof ClusterError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

function clusterCommand(): Command {
  const cluster = createCommand('npm run cluster --')
    .description('Runs a Kubernetes cluster on this machine, built from source.')
    .option('--name <name>', 'name of the cluster (env: ROLLCALL_CLUSTER)', process.env.ROLLCALL_CLUSTER ?? 'demo')
    .configureHelp({ helpWidth: 120, showGlobalOptions: true })
    .helpCommand('help [command]', 'print the help of a command');
  const name = () => cluster.opts<{ readonly name: string }>().name;
  // They load much.
  const commands = () => import('./commands.ts');

  cluster
    .command('build')
    .description('build Kubernetes, etcd, CoreDNS and the images, unless they are in the cache')
    .option('--kwok', 'also kwok', false)
    .action(async ({ kwok }) => (await commands()).build(kwok));
  cluster
    .command('up')
    .description('start a cluster (root)')
    .option('--nodes <n>', `number of nodes, 1 to ${MAX_NODES}`, wholeNumber, 1)
    .option('--yes', 'install missing packages without asking', false)
    .action(async ({ nodes, yes }) => (await commands()).up(name(), { nodes, yes }));
  cluster
    .command('status')
    .description('list the clusters on this machine')
    .action(async () => (await commands()).status());
  cluster
    .command('load')
    .description('load an image into every node')
    .argument('<archive>', 'OCI archive or docker save')
    .action(async (archive) => (await commands()).load(name(), archive));
  cluster
    .command('prometheus')
    .description('build the image of Prometheus, unless it is in the cache, and load it into every node')
    .action(async () => (await commands()).prometheus(name()));
  cluster
    .command('cut')
    .description('drop all traffic between two nodes')
    .argument('<node>')
    .argument('<other>')
    .option('--one-way', 'only from the first to the second', false)
    .action(async (node, other, { oneWay }) => (await commands()).running(name()).cut(node, other, { oneWay }));
  cluster
    .command('heal')
    .description('undo every cut')
    .action(async () => (await commands()).running(name()).heal());
  cluster
    .command('kill-node')
    .description('power a node off')
    .argument('<node>')
    .action(async (node) => (await commands()).running(name()).killNode(node));
  cluster
    .command('start-node')
    .description('power a node on again')
    .argument('<node>')
    .action(async (node) => (await commands()).running(name()).startNode(node));
  cluster
    .command('kwok')
    .description('add fake nodes fake-FIRST to fake-LAST')
    .argument('<first>', '', wholeNumber)
    .argument('<last>', '', wholeNumber)
    .action(async (first, last) => (await commands()).kwok(name(), first, last));
  cluster
    .command('metrics-server')
    .description('add metrics-server, for kubectl top and HorizontalPodAutoscalers')
    .action(async () => (await commands()).metricsServer(name()));
  cluster
    .command('down')
    .description('stop a cluster and delete its state')
    .option('--keep', 'keep the state for the next up', false)
    .action(async ({ keep }) => (await commands()).down(name(), keep));
  cluster
    .command('control-plane')
    .description('run only a control plane, without root, until Ctrl-C')
    .option('--scheduler', 'with the scheduler', false)
    .option('--kwok', 'with kwok', false)
    .action(async ({ scheduler, kwok }) => (await commands()).controlPlane({ scheduler, kwok }));
  cluster.command('kubectl').description("the cluster's own kubectl (npm run -s kubectl -- ...)");
  return cluster;
}

function wholeNumber(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new UsageError(`"${text}" is not a whole number`);
}
