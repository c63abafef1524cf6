export { filesEntries } from "./entries";
export { resolveFiles } from "./resolve";
