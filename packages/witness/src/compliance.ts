export * from '@quorate/reliable-broadcast/compliance';
