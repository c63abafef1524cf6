/** A machine that boots, as any target looks at it; all of it is of this boot alone. */
export interface BootingMachine {
    /** Pause between two looks. */
    readonly lookMilliseconds: number;
    /** Why it is no more; undefined while it is there. */
    ended(): Promise<string | undefined>;
    /** The lines that its console has finished since the last call. */
    freshLines(): Promise<readonly string[]>;
    /** The last lines of its console, one that is not finished included. */
    lastLines(count: number): readonly string[];
    /** Whether the target says that it runs, whatever goes on in it. */
    isRunning(): Promise<boolean>;
    /** Whether the machine itself, and nothing between it and here, has taken a connection. */
    accepts(tcpPort: number): Promise<boolean>;
}
