export { baseEntries } from "./entries";
export { withBuiltinDefaults } from "./builtins";
