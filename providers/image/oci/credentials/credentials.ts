/** What a registry, or its token server, is told about who asks. */
export type Credentials = { /** Where they come from, for messages: never a secret. */ readonly origin: string } & (
    | { readonly type: "password"; readonly user: string; readonly password: string }
    /** A refresh token, which a token server takes. */
    | { readonly type: "identity"; readonly token: string }
    /** A token that the registry itself takes. */
    | { readonly type: "bearer"; readonly token: string }
);

export function basicHeader(user: string, password: string): string {
    return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}
