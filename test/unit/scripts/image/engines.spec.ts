import { expect } from 'chai';
import { type BuildRequest, buildCommands, ENGINES } from '../../../../scripts/image/engines.ts';

function request(overrides: Partial<BuildRequest> = {}): BuildRequest {
  return { reference: 'rollcall:1', version: '1', push: false, scratch: '/scratch', ...overrides };
}

/** The commands as one line each. */
function lines(engine: (typeof ENGINES)[number], overrides: Partial<BuildRequest> = {}): string[] {
  return buildCommands(engine, request(overrides)).map((command) => command.join(' '));
}

describe('image build commands', () => {
  it('build once and do nothing else unless asked', () => {
    for (const engine of ENGINES) expect(lines(engine), engine).to.have.length(1);
  });

  it('hand the base and platform that were asked for to the build', () => {
    for (const engine of ENGINES) {
      const [build] = lines(engine, { base: 'node:24-slim', platform: 'linux/arm64' });
      expect(build).to.include('NODE_IMAGE=node:24-slim').and.include('--platform linux/arm64');
    }
  });

  it("leave the Dockerfile's base alone when none was asked for", () => {
    for (const engine of ENGINES) expect(lines(engine)[0]).not.to.include('NODE_IMAGE');
  });

  it('name an archived image as the kubelet looks for it', () => {
    const [build, save] = lines('buildah', { archive: '/out.tar' });
    expect(build).to.include('--tag docker.io/library/rollcall:1');
    expect(save).to.match(
      /push docker\.io\/library\/rollcall:1 docker-archive:\/out\.tar:docker\.io\/library\/rollcall:1$/,
    );
  });

  it('build an archive with buildah in a store that is thrown away', () => {
    for (const command of lines('buildah', { archive: '/out.tar' })) {
      expect(command).to.match(/^buildah --storage-driver vfs --root \/scratch\/store --runroot \/scratch\/run /);
    }
  });

  it('push after the build when asked', () => {
    expect(lines('docker', { reference: 'registry.example/rollcall:1', push: true }).at(-1)).to.equal(
      'docker push registry.example/rollcall:1',
    );
  });
});
