/** A kind of test: the name of its project in test/jest.config.cjs, and how many of its files run at once. */
export interface TestKind {
    readonly name: "unit" | "archive" | "differential" | "machine";
    readonly workers: number;
}

const CORES_PER_MACHINE = 4;

/** A machine without hardware acceleration keeps a core busy, and its test another one now and then. */
export function testKinds(cores: number): readonly TestKind[] {
    return [
        { name: "unit", workers: cores },
        { name: "archive", workers: 1 },
        { name: "differential", workers: 1 },
        { name: "machine", workers: Math.max(1, Math.floor(cores / CORES_PER_MACHINE)) },
    ];
}
