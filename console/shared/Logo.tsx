/** The product's sign: a bell on a desk. */

export function Logo({ size = 32 }: { size?: number }) {
  return (
    <svg class="logo" width={size} height={size} viewBox="0 0 32 32" role="img" aria-label="Frontdesk">
      <rect width="32" height="32" rx="9" />
      <path d="M8 20a8 8 0 0 1 16 0ZM6.5 23.5h19M16 12V9.5M14 9.5h4" />
    </svg>
  );
}
