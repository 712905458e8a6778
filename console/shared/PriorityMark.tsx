/** How urgent a conversation is: bars for high and low, a sign for urgent, nothing for what is as usual. */

export const PRIORITIES = ["", "Lowest", "Low", "Medium", "High", "Urgent"] as const;
export const USUAL = 3;

export const priorityName = (priority: number): string => PRIORITIES[priority] ?? "Medium";

export function PriorityMark({ priority, is_always = false }: { priority: number; is_always?: boolean }) {
  if (priority === USUAL && !is_always) return null;
  const name = priorityName(priority);
  return (
    <svg class="priority" data-priority={priority} width="14" height="14" viewBox="0 0 14 14" role="img" aria-label={`${name} priority`}>
      <title>{name} priority</title>
      {priority >= 5 ? (
        <path class="urgent" d="M3 1h8a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H3a2 2 0 0 1-2-2V3a2 2 0 0 1 2-2Zm4 2.6v4M7 10.2h.01" />
      ) : (
        [1, 2, 3, 4].map((bar) => <rect key={bar} data-on={bar <= priority} x={bar * 3 - 2} y={11 - bar * 2.3} width="2" height={bar * 2.3 + 1.5} rx="0.7" />)
      )}
    </svg>
  );
}
