import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';

/** Kinds of volumes that a restricted pod may have. */
const VOLUMES = [
  ...['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'persistentVolumeClaim'],
  ...['projected', 'secret'],
];

/**
 * What a pod does that the Pod Security Standard "restricted" forbids, or does not say though it must, a
 * line for each (kubernetes.io/docs/concepts/security/pod-security-standards).
 */
export function violationsOf(pod: IPodSpec): string[] {
  const { hostNetwork, hostPID, hostIPC, securityContext, volumes = [] } = pod;
  const containers = [...pod.containers, ...(pod.initContainers ?? [])];
  const forbidden = [
    ...Object.entries({ hostNetwork, hostPID, hostIPC }).filter(([, value]) => value),
    ...Object.entries({ sysctls: securityContext?.sysctls }).filter(([, value]) => value),
  ].map(([name]) => name);
  const mounted = volumes
    .flatMap(({ name: _, ...source }) => Object.keys(source))
    .filter((kind) => !VOLUMES.includes(kind))
    .map((kind) => `a volume of the kind ${kind}`);
  return [...forbidden, ...mounted, ...containers.flatMap((each) => violationsIn(each, pod))];
}

function violationsIn(container: IContainer, { securityContext: ofPod }: IPodSpec): string[] {
  const own = container.securityContext ?? {};
  const { runAsNonRoot, runAsUser, seccompProfile } = { ...ofPod, ...own };
  const { drop = [], add = [] } = own.capabilities ?? {};
  const required = {
    'runAsNonRoot: true': runAsNonRoot === true,
    'a user that is not root': runAsUser !== 0,
    'seccompProfile: RuntimeDefault': seccompProfile?.type === 'RuntimeDefault',
    'allowPrivilegeEscalation: false': own.allowPrivilegeEscalation === false,
    'capabilities: drop ALL': drop.includes('ALL'),
    'no capabilities but NET_BIND_SERVICE': add.every((name) => name === 'NET_BIND_SERVICE'),
    'not privileged': own.privileged !== true,
    'the usual procMount': own.procMount === undefined,
    'no hostPort': (container.ports ?? []).every(({ hostPort }) => hostPort === undefined),
  };
  return Object.entries(required)
    .filter(([, holds]) => !holds)
    .map(([what]) => `${container.name}: ${what}`);
}
