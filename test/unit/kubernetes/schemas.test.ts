import { expect } from 'chai';
import {
  BUILDS,
  type Manifest,
  readExample,
  useBuilds,
} from '../../support/kubernetes/manifests.ts';
import { problemsOf } from '../../support/kubernetes/schemas.ts';

describe('Kubernetes manifests: schemas', () => {
  const built = useBuilds();
  for (const name of BUILDS) {
    it(`${name}: every object is as Kubernetes has it`, () => {
      const objects = built(name);
      expect(objects.length).to.be.above(5);
      for (const object of objects) {
        expect(problemsOf(object), `${object.kind} ${object.metadata.name}`).to.deep.equal([]);
      }
    });
  }

  for (const file of ['secret.example.yaml', 'examples/receiver.yaml']) {
    it(`${file}: so is every object that belongs to no kustomization`, () => {
      const objects = readExample(file);
      expect(objects.flatMap(problemsOf)).to.deep.equal([]);
      expect(objects.length).to.be.above(0);
    });
  }

  it('would find a wrong value, a field that is missing, one misspelt, and an unknown kind', () => {
    const deployment = (container: object) =>
      ({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'a' },
        spec: { selector: {}, template: { spec: { containers: [container] } } },
      }) as Manifest;
    const at = '/spec/template/spec/containers/0';
    expect(problemsOf(deployment({ name: 'a' }))).to.deep.equal([]);
    expect(problemsOf(deployment({ name: 1 }))).to.deep.equal([`data${at}/name must be string`]);
    expect(problemsOf(deployment({}))).to.deep.equal([
      `data${at} must have required property name`,
    ]);
    expect(problemsOf(deployment({ name: 'a', readinesProbe: { periodSeconds: 1 } }))).to.include(
      `${at}/readinesProbe: is not in the schema`,
    );
    expect(problemsOf({ ...deployment({ name: 'a' }), apiVersion: 'apps/v1beta1' })).to.deep.equal([
      'apps/v1beta1 Deployment: no schema for it',
    ]);
  });
});
