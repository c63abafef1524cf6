/** The machines behind the instances. */
export interface Guests {
    /** Starts, resets and ends machines until they are as their instances say. */
    reconcile(): void;
    /** What a guest has printed on its serial console since its instance's last start. */
    console(instanceId: string): Buffer;
    /**
     * Prints in a guest's place.
     * @throws Error where there are guests
     */
    print(instanceId: string, text: string): void;
    /** File of a volume that guests have written to, if they have. */
    disk(volumeId: string): string | undefined;
    /** Whether a guest has a volume, be it one that is on its way off. */
    holds(volumeId: string): boolean;
    /** Makes a guest's TCP port one of this machine's, on loopback; gives its number. */
    forward(instanceId: string, guestPort: number): Promise<number>;
    /** Ends all machines. */
    close(): Promise<void>;
}
