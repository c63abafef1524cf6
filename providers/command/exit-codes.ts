export const exitCodes = { done: 0, failed: 1, leftovers: 3 } as const;
