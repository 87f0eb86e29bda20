"""ONNX files as plain layers: operators from a list are translated, and nothing of the file is run."""

from math import prod

from onnx import helper

from explorer.data.isolation import Arrays
from explorer.errors import CheckpointError, ExplorerError
from explorer.store.foreign.chain import Chain
from explorer.store.foreign.onnx_graph import Graph, Link, parsed, way
from explorer.store.foreign.onnx_operators import Operator, translate
from explorer.store.foreign.onnx_sizes import Sizes
from explorer.store.foreign.parts import Parts, decoder_part, encoder_part

VARIANCE_WORDS, MEAN_WORDS = ("var", "sigma", "std"), ("mean", "mu", "loc")


def read_onnx(content: bytes) -> Arrays:
    """The arrays of `Parts`: a decoder, an encoder, or both; raises CheckpointError or SpecError with one sentence."""
    try:
        return _parts(parsed(content)).arrays()
    except CheckpointError as error:
        raise CheckpointError(f"The ONNX file cannot be read here: {error}.") from error
    except (ExplorerError, MemoryError):
        raise
    except Exception as error:
        raise CheckpointError("The file is damaged or no ONNX model; export it again.") from error


def _parts(graph: Graph) -> Parts:
    """A decoder gives more values than it takes, an encoder fewer, and an autoencoder as many."""
    n_inputs = prod(graph.input_shape)
    chains = {output: _chain(graph, output) for output in graph.outputs}
    wide = [output for output, chain in chains.items() if prod(chain.shape) >= n_inputs]
    narrow = [output for output in chains if output not in wide]
    if not wide:
        return _encoder(chains, narrow)
    if len(wide) > 1 or (narrow and prod(chains[wide[0]].shape) > n_inputs):
        raise CheckpointError(f"it has {len(chains)} outputs; a decoder has one")
    if prod(chains[wide[0]].shape) > n_inputs:
        return decoder_part(chains[wide[0]])
    return _autoencoder(graph, wide[0], {name: chains[name] for name in narrow})


def _encoder(chains: dict[str, Chain], outputs: list[str]) -> Parts:
    """An encoder of one output, or of means and log-variances in this order unless their names say otherwise."""
    if len(outputs) == 1:
        return encoder_part(chains[outputs[0]])
    log_vars = [name for name in outputs if any(word in name.lower() for word in VARIANCE_WORDS)]
    means = [name for name in outputs if any(word in name.lower() for word in MEAN_WORDS) and name not in log_vars]
    if len(means) == len(log_vars) == 1:
        return encoder_part(chains[means[0]], chains[log_vars[0]])
    if len(outputs) != 2:
        raise CheckpointError(f"its encoder has {len(outputs)} outputs; means and log-variances are read")
    return encoder_part(chains[outputs[0]], chains[outputs[1]])


def _autoencoder(graph: Graph, output: str, narrow: dict[str, Chain]) -> Parts:
    """Encoder and decoder of one file: its codes are an output, or else the last of the fewest values on the way."""
    links = way(graph, output)
    if len(narrow) > 1:
        encoder = _encoder(narrow, list(narrow))
        codes = next((name for name in narrow if any(link.name == name for link in links)), "")
        place = next((i for i, link in enumerate(links) if link.name == codes), None)
        if place is None:
            raise CheckpointError("its output does not come from one of its codes; export encoder and decoder alone")
    else:
        sizes = [prod(_translated(graph, links[: i + 1]).shape) for i in range(len(links))]
        place = max(i for i, size in enumerate(sizes) if size == min(sizes))
        encoder = encoder_part(_translated(graph, links[: place + 1]))
    if encoder.latent_dim >= prod(graph.input_shape):
        raise CheckpointError("it gives as many values as it takes and has no code in between")
    decoder = _translated(graph, links[place + 1 :], (encoder.latent_dim,))
    return decoder_part(decoder).joined(encoder)


def _chain(graph: Graph, output: str) -> Chain:
    return _translated(graph, way(graph, output))


def _translated(graph: Graph, links: list[Link], shape: tuple[int, ...] = ()) -> Chain:
    """Operators one after the other as a chain, from the graph's input or from values of a shape."""
    shape = shape or graph.input_shape
    chain = Chain(prod(shape))
    if len(shape) > 1:
        chain.reshape(shape)
    sizes = Sizes(graph)
    for link in links:
        attributes = {each.name: helper.get_attribute_value(each) for each in link.node.attribute}
        inputs = tuple(sizes.constant(name) for name in link.node.input)
        given = graph.shapes.get(link.name, ())[1:]
        translate(Operator(link.node.op_type, attributes, inputs, given, link.place), chain)
        sizes.know(link.name, chain.shape)
    return chain
