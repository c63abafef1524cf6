/** Declares tests that need the real linuxkit; without it they are one that is skipped, and says why. */
export function withLinuxkit(declare: (program: string) => void): void {
    const program = process.env["PULUMI_LINUXKIT_REAL"];
    const reason = process.env["PULUMI_LINUXKIT_REAL_MISSING"] ?? "npm run test:differential builds it";
    if (program === undefined) {
        test.skip(`held against the real linuxkit, which is not to be had: ${reason}`, () => undefined);
    } else {
        declare(program);
    }
}
