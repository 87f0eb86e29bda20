// A cookie of this site that ends with the browser; it holds a random token and nothing else.

/** @import { Mount } from "../shared/types.d.ts" */

/** @type {(mount: Mount<{ name: string, token: string, forget: string | null }>) => void} */
export default function browserToken({ data }) {
  document.cookie = `${data.name}=${data.token}; SameSite=Lax`;
  if (!data.forget) return;
  const address = new URL(location.href);
  address.searchParams.delete(data.forget);
  if (address.href !== location.href) location.replace(address);
}
