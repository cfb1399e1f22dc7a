/** What the pages of documentation show, name and link is there, and works. */
@NullMarked
package io.zmtp.docs;

import org.jspecify.annotations.NullMarked;
