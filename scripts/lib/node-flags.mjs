/**
 * What Node is started with wherever the service is, `npm start` in package.json included. Many webhooks
 * in flight outgrow the 16 MB that V8 gives to young objects: collecting those would be a fifth of the
 * processor time of a delivery.
 */
export const NODE_FLAGS = Object.freeze(['--max-semi-space-size=32']);
