/** Of a URL, or of a registry's name with its port. */
export function isLoopback(host: string): boolean {
    const name = host.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
    return name === "localhost" || name === "::1" || /^127(\.\d{1,3}){3}$/.test(name);
}
