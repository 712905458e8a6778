/** An e-mail or web address that, where it is too long for a line, breaks between its parts. */

import { Fragment } from "preact";

export const Address = ({ text }: { text: string }) => (
  <>
    {text.split(/(?<=[@/?&])/).map((part, place) => (
      <Fragment key={place}>
        {place > 0 && <wbr />}
        {part}
      </Fragment>
    ))}
  </>
);
