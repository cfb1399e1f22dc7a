package io.zmtp.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.ext.heading.anchor.IdGenerator;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;

/**
 * A Markdown file of the repository.
 *
 * @param file where it is
 * @param text what it says
 * @param tree the same, parsed
 */
record Page(Path file, String text, Node tree) {

    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** Folders that hold what was built, downloaded, or is about this repository. */
    private static final Set<String> ELSEWHERE = Set.of("target", "node_modules", ".git", "findings");

    private static final Parser PARSER = Parser.builder()
            .extensions(List.of(TablesExtension.create()))
            .includeSourceSpans(IncludeSourceSpans.BLOCKS)
            .build();

    /** {@return every page of the repository} */
    static List<Page> all() {
        List<Page> pages = new ArrayList<>();
        try {
            Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    return ELSEWHERE.contains(folder.getFileName().toString())
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (file.toString().endsWith(".md")) {
                        pages.add(of(file));
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return pages;
    }

    static Page of(String file) {
        return of(ROOT.resolve(file));
    }

    static Page of(Path file) {
        try {
            String text = Files.readString(file);
            return new Page(file, text, PARSER.parse(text));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** {@return what its headings are linked by, as forges make it} */
    Set<String> anchors() {
        IdGenerator ids = IdGenerator.builder().build();
        Set<String> anchors = new HashSet<>();
        visit(Heading.class, heading -> anchors.add(ids.generateId(plain(heading))));
        return anchors;
    }

    /** {@return where its links and pictures lead} */
    List<String> links() {
        List<String> links = new ArrayList<>();
        visit(Link.class, link -> links.add(link.getDestination()));
        visit(Image.class, image -> links.add(image.getDestination()));
        return links;
    }

    /** {@return what is set in code within its sentences} */
    List<String> words() {
        List<String> words = new ArrayList<>();
        visit(Code.class, code -> words.add(code.getLiteral()));
        return words;
    }

    /**
     * Its blocks of code in a language. What comments that begin with {@code <!-- given} declare before a block is not shown to
     * readers, but is there for it.
     */
    List<Block> blocks(String language) {
        List<Block> blocks = new ArrayList<>();
        StringBuilder given = new StringBuilder();
        tree.accept(new AbstractVisitor() {
            @Override
            public void visit(HtmlBlock html) {
                String comment = html.getLiteral().strip();
                if (comment.startsWith("<!-- given")) {
                    given.append(comment, "<!-- given".length(), comment.length() - "-->".length())
                            .append('\n');
                }
            }

            @Override
            public void visit(FencedCodeBlock code) {
                if (language.equals(code.getInfo())) {
                    int line = code.getSourceSpans().get(0).getLineIndex() + 1;
                    blocks.add(new Block(Page.this, line, code.getLiteral(), given.toString()));
                }
            }
        });
        return blocks;
    }

    private <T extends Node> void visit(Class<T> type, Consumer<? super T> each) {
        List<Node> waiting = new ArrayList<>(List.of(tree));
        while (!waiting.isEmpty()) {
            Node node = waiting.remove(waiting.size() - 1);
            if (type.isInstance(node)) {
                each.accept(type.cast(node));
            }
            for (Node child = node.getLastChild(); child != null; child = child.getPrevious()) {
                waiting.add(child);
            }
        }
    }

    private static String plain(Node heading) {
        StringBuilder plain = new StringBuilder();
        heading.accept(new AbstractVisitor() {
            @Override
            public void visit(Text text) {
                plain.append(text.getLiteral());
            }

            @Override
            public void visit(Code code) {
                plain.append(code.getLiteral());
            }
        });
        return plain.toString();
    }

    @Override
    public String toString() {
        return ROOT.relativize(file).toString();
    }

    /**
     * A block of code.
     *
     * @param page where it stands
     * @param line the line that opens it, from 1
     * @param code what it shows
     * @param given what it does not show, but needs
     */
    record Block(Page page, int line, String code, String given) {
        @Override
        public String toString() {
            return page + ":" + line;
        }
    }
}
