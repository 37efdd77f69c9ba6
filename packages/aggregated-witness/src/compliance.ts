export * from '@quorate/witness/compliance';
