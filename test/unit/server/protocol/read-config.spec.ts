import { expect } from 'chai';
import type { Config } from '../../../../server/protocol/config.ts';
import { ConfigError } from '../../../../server/protocol/errors.ts';
import { parseConfig } from '../../../../server/protocol/read-config.ts';

const parse = (text: string): Config => parseConfig(text, 'c.yaml', 'web-0');

/** The one line with which a config is refused. */
function refusal(text: string): string {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error(`not refused: ${text}`);
}

describe('config', () => {
  it('fills in the documented defaults', () => {
    const { service, admin, ping, log, peers } = parse('{}');
    expect(service).to.deep.include({ host: '0.0.0.0', port: 8080, protocol: 'http' });
    expect(admin).to.deep.equal({ host: '0.0.0.0', port: 9090, required: false });
    expect(ping).to.deep.equal({
      ...{ intervalMs: 60_000, timeoutMs: 5_000, connection: 'Reuse', maxConnectionAgeMs: 300_000 },
      lossThresholdPercent: 25,
      topology: { type: 'FullMesh' },
    });
    expect(log).to.deep.equal({ replies: 'All', format: 'text' });
    expect(peers).to.deep.equal([]);
  });

  it('makes the timeout the interval where that is below 5s', () => {
    expect(parse('ping: {interval: 300ms}').ping.timeoutMs).to.equal(300);
  });

  it('reads JSON as well', () => {
    expect(parse('{"ping": {"interval": "2s"}}').ping.intervalMs).to.equal(2_000);
  });

  it('expands a range into peers named by the first label, without itself', () => {
    const { peers } = parse('peers: [{host: "web-[0-2].web.demo.svc.cluster.local.", port: 8080}]');
    expect(peers.map(({ name, url }) => `${name} ${url}`)).to.deep.equal([
      'web-1 http://web-1.web.demo.svc.cluster.local:8080/ping',
      'web-2 http://web-2.web.demo.svc.cluster.local:8080/ping',
    ]);
    expect(peers[0]?.host).to.equal('web-1.web.demo.svc.cluster.local.');
  });

  it('names an address by itself and writes IPv6 as URLs do', () => {
    const { peers } = parse('peers: [{host: 10.1.2.3, port: 80}, {host: "fd00::1", port: 80}]');
    expect(peers.map(({ name, url }) => `${name} ${url}`)).to.deep.equal([
      '10.1.2.3 http://10.1.2.3:80/ping',
      'fd00::1 http://[fd00::1]:80/ping',
    ]);
  });

  it('tells unnamed peers of one host apart by their ports', () => {
    const names = (peers: string) => parse(`peers: [${peers}]`).peers.map(({ name }) => name);
    expect(names('{host: 127.0.0.1, port: 8081}, {host: 127.0.0.1, port: 8082}')).to.deep.equal([
      '127.0.0.1:8081',
      '127.0.0.1:8082',
    ]);
    expect(names('{host: a.b., port: 1}, {host: a.b, port: 2}')).to.deep.equal(['a.b:1', 'a.b:2']);
    expect(names('{host: "fd00::1", port: 1}, {host: "fd00::1", port: 2}')).to.deep.equal([
      '[fd00::1]:1',
      '[fd00::1]:2',
    ]);
    expect(names('{host: "w-[1-2]", port: 1}, {host: w-2, port: 2}')).to.deep.equal(['w-1', 'w-2:1', 'w-2:2']);
    expect(names('{url: "http://a"}, {url: "https://a"}')).to.deep.equal(['a:80', 'a:443']);
    expect(names('{url: "http://a:[80-81]"}')).to.deep.equal(['a:80', 'a:81']);
    expect(names('{host: a, port: 1}, {name: b, host: a, port: 2}')).to.deep.equal(['a', 'b']);
  });

  it('expands a range of addresses in a url', () => {
    const { peers } = parse('peers: [{url: "http://10.0.0.[1-3]:80"}]');
    expect(peers.map(({ name, host }) => `${name} ${host}`)).to.deep.equal([
      '10.0.0.1 10.0.0.1',
      '10.0.0.2 10.0.0.2',
      '10.0.0.3 10.0.0.3',
    ]);
  });

  it('keeps the query of a url that has no path', () => {
    const { peers } = parse(
      'peers: [{name: a, url: "http://a?x=1"}, {name: b, url: "http://b/?x=1"}, {url: "http://c/"}]',
    );
    expect(peers.map(({ path }) => path)).to.deep.equal(['/ping?x=1', '/?x=1', '/ping']);
  });

  it('pings /ping of a url unless it has a path', () => {
    const { peers } = parse('peers: [{name: a, url: "http://gw:81"}, {name: b, url: "https://gw/health?full"}]');
    expect(peers.map(({ url, port }) => `${url} ${port}`)).to.deep.equal([
      'http://gw:81/ping 81',
      'https://gw/health?full 443',
    ]);
  });

  it('takes brackets beyond the host of a url for what they are', () => {
    const { peers } = parse('peers: [{name: a, url: "http://gw/x[0-1]?ids=[2,3]"}, {url: "http://b[0-1].x/p[7]"}]');
    expect(peers.map(({ name, path }) => `${name} ${path}`)).to.deep.equal([
      'a /x[0-1]?ids=[2,3]',
      'b0 /p[7]',
      'b1 /p[7]',
    ]);
  });

  it('always pings url peers, even one of its own name', () => {
    expect(parse('peers: [{name: web-0, url: "http://gw"}]').peers).to.have.lengthOf(1);
  });

  it("lets members of the group speak the service's protocol", () => {
    const service = 'service: {protocol: https, tlsCertificate: a, tlsPrivateKey: b}';
    expect(parse(`${service}\npeers: [{host: web-1, port: 1}]`).peers[0]?.protocol).to.equal('https');
  });

  it('accepts the pinger form, which listens on no ping port', () => {
    const config = parse('ponger: {url: "https://localhost:8080", acceptCert: /path/to/cert}');
    expect(config.service).to.equal(undefined);
    expect(config.peers[0]).to.deep.include({ name: 'ponger', url: 'https://localhost:8080/ping', kind: 'external' });
  });

  it('knows its own zone from its own entry', () => {
    expect(parse('peers: [{host: web-0, port: 1, zone: z1}, {host: web-1, port: 1, zone: z2}]').zone).to.equal('z1');
  });

  const refused: readonly (readonly [what: string, text: string, line: string])[] = [
    ['an unknown key', 'nonsense: 1', 'c.yaml: nonsense: unknown key'],
    ['an unknown key inside', 'ping: {intervall: 1s}', 'c.yaml: ping.intervall: unknown key'],
    ['an unknown key of a peer', 'peers: [{host: a, port: 1, prot: 2}]', 'c.yaml: peers[0].prot: unknown key'],
    ['a list where a mapping belongs', '[]', 'c.yaml: must be a mapping of keys to values'],
    ['an interval out of range', 'ping: {interval: 99ms}', 'c.yaml: ping.interval: "99ms" must be from 100ms to 24h'],
    ['a number as interval', 'ping: {interval: 5}', 'c.yaml: ping.interval: must be a string'],
    [
      'a timeout above the interval',
      'ping: {interval: 1s, timeout: 2s}',
      'c.yaml: ping.timeout: must be at most the interval',
    ],
    ['a port out of range', 'service: {port: 65536}', 'c.yaml: service.port: must be at most 65535'],
    ['a port with a fraction', 'service: {port: 1.5}', 'c.yaml: service.port: must be a whole number'],
    ['an unknown protocol', 'service: {protocol: ftp}', 'c.yaml: service.protocol: must be one of http, https'],
    [
      'https without a certificate',
      'service: {protocol: https}',
      'c.yaml: service.tlsCertificate: is required with protocol: https',
    ],
    [
      'a certificate without https',
      'service: {tlsCertificate: a}',
      'c.yaml: service.tlsCertificate: requires protocol: https',
    ],
    ['a peer without a port', 'peers: [{host: a}]', 'c.yaml: peers[0].port: is required'],
    [
      'a peer with host and url',
      'peers: [{host: a, port: 1, url: "http://b"}]',
      'c.yaml: peers[0]: requires either host or url',
    ],
    [
      'a bad range',
      'peers: [{host: "a[4-0]", port: 1}]',
      'c.yaml: peers[0].host: "a[4-0]" has the range "[4-0]", whose end is less than its start',
    ],
    [
      'a host that is none',
      'peers: [{host: "a b", port: 1}]',
      'c.yaml: peers[0].host: "a b" is neither a host name nor an address',
    ],
    [
      'a name for a range',
      'peers: [{name: x, host: "a[0-1]", port: 1}]',
      'c.yaml: peers[0].name: is only allowed for a single host, not for a range',
    ],
    ['a url that is none', 'peers: [{url: gw}]', 'c.yaml: peers[0].url: must be an absolute http:// or https:// URL'],
    [
      'another scheme',
      'peers: [{url: "file:///etc/passwd"}]',
      'c.yaml: peers[0].url: must be an absolute http:// or https:// URL',
    ],
    [
      'a password in a url',
      'peers: [{url: "http://a:b@c"}]',
      'c.yaml: peers[0].url: must not contain a user name or password',
    ],
    [
      'a pin without https',
      'peers: [{url: "http://a", acceptCert: b}]',
      'c.yaml: peers[0].acceptCert: requires an https:// url',
    ],
    ['the port 0', 'peers: [{url: "http://a:0"}]', 'c.yaml: peers[0].url: must not use port 0'],
    [
      'the same host and port twice',
      'peers: [{host: a, port: 1}, {host: a, port: 1}]',
      'c.yaml: peers: has two peers named a:1 (http://a:1/ping); give one of them another name',
    ],
    [
      'two peers of one name',
      'peers: [{host: a.x, port: 1}, {host: a.y, port: 1}]',
      'c.yaml: peers: has two peers named a (http://a.y:1/ping); give one of them another name',
    ],
    [
      'a degree for another type',
      'ping: {topology: {type: Ring, degree: 2}}',
      'c.yaml: ping.topology.degree: is only allowed with type Sampled',
    ],
    [
      'Sampled without a degree',
      'ping: {topology: {type: Sampled}}',
      'c.yaml: ping.topology.degree: is required with type Sampled',
    ],
    ['an empty file', '', 'c.yaml: must be a mapping of keys to values'],
    [
      'too many peers',
      'peers: [{host: "a[0-20000]", port: 1}]',
      'c.yaml: peers[0].host: "a[0-20000]" expands to more than 20000 hosts',
    ],
  ];
  for (const [what, text, line] of refused) {
    it(`refuses ${what} with one line that names file, field and reason`, () => {
      expect(refusal(text)).to.equal(line);
    });
  }

  it('refuses what is no YAML with line and column', () => {
    expect(refusal('peers: {')).to.match(/^c\.yaml: .* at line 1, column \d+$/);
  });
});
