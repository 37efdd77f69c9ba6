export * from '@quorate/transport/contract';
