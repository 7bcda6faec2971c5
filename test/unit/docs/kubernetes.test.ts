import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { COPIES } from '../../../scripts/docs/kubernetes.ts';
import { root } from '../../../scripts/lib/root.mjs';

describe('what the Kubernetes manifests take from elsewhere (npm run docs writes it)', () => {
  for (const { file, text } of COPIES) {
    it(file, () => {
      expect(readFileSync(path.join(root, file), 'utf8')).to.equal(text());
    });
  }
});
