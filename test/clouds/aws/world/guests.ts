/** The machines behind the instances. */
export interface Guests {
    /** Starts, resets and ends machines until they are as their instances say. */
    reconcile(): void;
    /** What a guest has printed on its serial console since its instance's last start. */
    console(instanceId: string): Buffer;
    /** Makes a guest's TCP port one of this machine's, on loopback; gives its number. */
    forward(instanceId: string, guestPort: number): Promise<number>;
    /** Ends all machines. */
    close(): Promise<void>;
}

/** Instances that only exist. */
export const NO_GUESTS: Guests = {
    reconcile: () => {},
    console: () => Buffer.alloc(0),
    forward: () => Promise.reject(new Error("Guests are switched off")),
    close: async () => {},
};
