import { expect } from 'chai';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { BUILDS, selectedBy, servicesOf, useBuilds } from '../../support/kubernetes/manifests.ts';

describe('Kubernetes manifests: workloads', () => {
  const built = useBuilds();
  for (const name of BUILDS) {
    it(`${name}: each selects its own pods, and no pod is of two`, () => {
      const objects = built(name);
      const workloads = [
        ...objects.filter((object) => Deployment.is(object)),
        ...objects.filter((object) => StatefulSet.is(object)),
      ];
      expect(workloads.length).to.be.above(0);
      for (const { metadata, spec } of workloads) {
        const taken = selectedBy(objects, spec?.selector.matchLabels);
        expect(taken).to.deep.equal([metadata?.name]);
      }
    });

    it(`${name}: those of the service are spread over nodes and zones`, () => {
      const objects = built(name);
      for (const { name: workload, pod } of servicesOf(objects)) {
        const spreads = pod.topologySpreadConstraints ?? [];
        expect(spreads.map(({ topologyKey }) => topologyKey)).to.deep.equal([
          'kubernetes.io/hostname',
          'topology.kubernetes.io/zone',
        ]);
        for (const { labelSelector } of spreads) {
          expect(selectedBy(objects, labelSelector?.matchLabels)).to.deep.equal([workload]);
        }
      }
    });

    it(`${name}: those of the service are disturbed one pod at a time`, () => {
      const objects = built(name);
      const guarded = objects
        .filter((object) => PodDisruptionBudget.is(object))
        .flatMap(({ spec }) => {
          expect(spec?.maxUnavailable).to.equal(1);
          return selectedBy(objects, spec?.selector?.matchLabels);
        });
      expect(guarded).to.have.members(servicesOf(objects).map((each) => each.name));
    });

    it(`${name}: those of the service scale by themselves, never below two`, () => {
      const objects = built(name);
      const scaled = objects
        .filter((object) => HorizontalPodAutoscaler.is(object))
        .map(({ spec }) => {
          expect(spec?.minReplicas).to.be.at.least(2);
          return spec?.scaleTargetRef.name;
        });
      expect(scaled).to.have.members(servicesOf(objects).map((each) => each.name));
      // A number of their own would undo the autoscaler's with every apply.
      for (const { spec } of objects.filter((object) => Deployment.is(object))) {
        expect(spec).not.to.have.property('replicas');
      }
    });
  }
});
