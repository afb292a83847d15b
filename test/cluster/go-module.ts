import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentHash } from '../../constructs/content-hash.ts';

/** A program that we build from pinned Go modules: a folder in src/ whose go.mod and go.sum are the pins. */
export interface GoModule {
  readonly name:
    | ('kubernetes' | 'coredns' | 'kwok' | 'pause' | 'metrics-server')
    | 'helm'
    | ('prometheus' | 'promtool')
    | ('kube-score' | 'kubeconform' | 'actionlint' | 'health-judge');
  readonly dir: string;
  /** What `go build` is given. */
  readonly package: string;
  readonly ldflags: string;
  readonly tags: readonly string[];
  /** Further names of the binary; a multi-call binary goes by the name it is called with. */
  readonly links: readonly string[];
}

const COMPONENTS = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'kubectl',
] as const;

const SOURCES = join(import.meta.dirname, 'src');

/**
 * The programs that the local cluster is made of, Prometheus' that watch it, Helm, which installs there, and those that
 * judge what we write.
 */
export function goModule(name: GoModule['name']): GoModule {
  const dir = join(SOURCES, name);
  const plain: GoModule = { name, dir, package: '.', ldflags: '-s -w', tags: [], links: [] };
  switch (name) {
    case 'kubernetes':
      return { ...plain, ldflags: `${plain.ldflags} ${versionStamp(dir)}`, links: COMPONENTS };
    case 'kwok': {
      const version = `-X sigs.k8s.io/kwok/pkg/consts.Version=${requiredVersion(dir, 'sigs.k8s.io/kwok')}`;
      return { ...plain, package: 'sigs.k8s.io/kwok/cmd/kwok', ldflags: `${plain.ldflags} ${version}` };
    }
    case 'metrics-server':
      return { ...plain, package: 'sigs.k8s.io/metrics-server/cmd/metrics-server' };
    case 'helm': {
      const version = `-X helm.sh/helm/v4/internal/version.version=${requiredVersion(dir, 'helm.sh/helm/v4')}`;
      return { ...plain, package: 'helm.sh/helm/v4/cmd/helm', ldflags: `${plain.ldflags} ${version}` };
    }
    case 'prometheus':
    case 'promtool':
      return {
        ...plain,
        dir: join(SOURCES, 'prometheus'),
        package: `${PROMETHEUS}/cmd/${name}`,
        // Of its two dozen ways to find targets only the one that we use: 1,245 packages to compile instead of 1,460.
        tags: ['remove_all_sd', 'enable_kubernetes_sd'],
      };
    case 'kube-score':
      return { ...plain, package: 'github.com/zegl/kube-score/cmd/kube-score' };
    case 'kubeconform':
      return { ...plain, package: 'github.com/yannh/kubeconform/cmd/kubeconform' };
    case 'actionlint':
      return { ...plain, package: 'github.com/rhysd/actionlint/cmd/actionlint' };
    default:
      return plain;
  }
}

const PROMETHEUS = 'github.com/prometheus/prometheus';

/** As its images are tagged, such as `v3.13.5`: as a Go module it is v0.313.5. */
export function prometheusVersion(): string {
  const [, major, minor, patch] = /^v0\.(\d)(\d+)\.(\d+)$/.exec(
    requiredVersion(goModule('prometheus').dir, PROMETHEUS),
  )!;
  return `v${major}.${Number(minor)}.${patch}`;
}

/** Every flag that decides what comes out of a build, beside the sources. */
export const BUILD_ENV = {
  CGO_ENABLED: '0',
  GOFLAGS: '-trimpath -buildvcs=false',
  GOWORK: 'off',
} as const;

/** Names one build of a module: the same key, the same program. */
export function buildKey(module: GoModule): string {
  const sources = globSync(['go.mod', 'go.sum', '*.go'], { cwd: module.dir }).sort();
  const contents = sources.map((file) => `${file}\n${readFileSync(join(module.dir, file), 'utf8')}`);
  const flags = [
    module.package,
    module.ldflags,
    ...module.tags,
    ...Object.values(BUILD_ENV),
    process.platform,
    process.arch,
  ];
  return contentHash([...contents, ...flags].join('\n\0'));
}

/** The version of a module that a go.mod asks for, such as `v1.34.4`. */
export function requiredVersion(dir: string, path: string): string {
  const line = new RegExp(`^\\s*(?:require )?${path.replaceAll('.', '\\.')} (v\\S+)`, 'm');
  return line.exec(readFileSync(join(dir, 'go.mod'), 'utf8'))![1]!;
}

/** The lowest Go version that a go.mod allows, such as `1.24.0`. */
export function goDirective(goMod: string): string {
  return /^go (\S+)/m.exec(goMod)![1]!;
}

/** Unstamped Kubernetes binaries call themselves v0.0.0-master, which clients take for an ancient version. */
function versionStamp(dir: string): string {
  const version = requiredVersion(dir, 'k8s.io/kubernetes');
  const [major, minor] = version.slice(1).split('.');
  const component = 'k8s.io/component-base/version';
  return [
    `-X ${component}.gitVersion=${version}`,
    `-X ${component}.gitMajor=${major}`,
    `-X ${component}.gitMinor=${minor}`,
    `-X ${component}.gitTreeState=clean`,
    `-X k8s.io/client-go/pkg/version.gitVersion=${version}`,
  ].join(' ');
}
