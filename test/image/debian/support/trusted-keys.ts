/** Stands in for the module of Debian's keys: `jest.mock(".../data/archive-keys", () => trustedKeys)`. */
export const trustedKeys = { ARCHIVE_KEYS: "" };
