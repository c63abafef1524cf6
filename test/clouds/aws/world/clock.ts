/** The emulator's own time: it can be scaled, and moved forward, so that states that take minutes need not. */
export class Clock {
    readonly #real: () => number;
    #base: number;
    #since: number;
    #scale: number;

    /** @param offsetMs how far it was ahead of real time when it was last kept */
    constructor(offsetMs = 0, scale = 1, real: () => number = Date.now) {
        this.#real = real;
        this.#since = real();
        this.#base = this.#since + offsetMs;
        this.#scale = scale;
    }

    /** Milliseconds since 1970, in whole ones. */
    now(): number {
        return Math.floor(this.#base + (this.#real() - this.#since) * this.#scale);
    }

    offsetMs(): number {
        return this.now() - this.#real();
    }

    get scale(): number {
        return this.#scale;
    }

    advance(milliseconds: number): void {
        this.#base += milliseconds;
    }

    /** 0 stops it: then it moves by `advance` alone. */
    rescale(scale: number): void {
        this.#base = this.now();
        this.#since = this.#real();
        this.#scale = scale;
    }
}
