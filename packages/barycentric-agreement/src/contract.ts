export * from '@quorate/reliable-broadcast/contract';
