/** The URL without user name, password and query. */
export function redactUrl(url: string): string {
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    if (parsed === undefined) {
        return url;
    }
    return `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
}
