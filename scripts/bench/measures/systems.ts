/** What is measured, as tables and charts name it. */
export const OURS = 'this service';
export const EXPIRY_ONLY = 'expiry only';
export const BULLMQ = 'BullMQ';
export const RAW_GOT = 'raw got';
export const BARE_KOA = 'bare Koa';
