// Loaded before the service's main: its API as it is, with no Redis behind `POST /messages`. What it could
// take at most.
import { built } from './built.mjs';

/** @type {typeof import('../../../src/store/message-store.ts')} */
const { MessageStore } = await built('store/message-store.js');

MessageStore.prototype.schedule = () => Promise.resolve('scheduled');
