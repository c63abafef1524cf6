/** The machines behind the instances. */
export interface Guests {
    /** Starts, resets and ends machines until they are as their instances say. */
    reconcile(): void;
    /** What a guest has printed on its serial console since its instance's last start. */
    console(instanceId: string): Buffer;
    close(): Promise<void>;
}

/** Instances that only exist. */
export const NO_GUESTS: Guests = {
    reconcile: () => {},
    console: () => Buffer.alloc(0),
    close: async () => {},
};
