/** Which package brings an interpreter that packages do not depend on, most of them being essential (policy 3.8). */
export const INTERPRETER_PACKAGES: ReadonlyMap<string, string> = new Map([
    ["awk", "mawk"],
    ["bash", "bash"],
    ["dash", "dash"],
    ["env", "coreutils"],
    ["perl", "perl-base"],
    ["sed", "sed"],
    ["sh", "dash"],
]);
